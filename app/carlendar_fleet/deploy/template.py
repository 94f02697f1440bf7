"""The ARM template: Event Grid's MQTT broker, its route to Event Hubs, and a Fabric capacity."""

from __future__ import annotations

from typing import Any

from carlendar_fleet.deploy.topic_spaces import CLIENT_GROUPS, topic_spaces

Json = dict[str, Any]
EVENT_GRID, EVENT_HUBS = "2025-02-15", "2024-01-01"
ROLES, FABRIC = "2022-04-01", "2023-11-01"
SENDER_TO_TOPICS = "d5a91429-5739-47e2-a06b-3470a27159e7"
"""The built-in role «EventGrid Data Sender»."""
SENDER_TO_HUBS = "2b629674-e913-4c01-ae53-ef4638d8f975"
"""The built-in role «Azure Event Hubs Data Sender»."""
NAMESPACE, TOPIC = "Microsoft.EventGrid/namespaces", "Microsoft.EventGrid/topics"
HUBS, HUB = "Microsoft.EventHub/namespaces", "Microsoft.EventHub/namespaces/eventhubs"
SESSION_HOURS = 8
"""The longest that Event Grid keeps a session; what must arrive later is desired state."""
RETENTION_HOURS = 168
EVENT_HUB = "telemetry"
ENRICHMENTS = {"clientname": "${client.authenticationName}", "mqtttopic": "${mqtt.message.topicName}"}
"""What the broker adds to each event: ingestion believes the client's name that it authenticated, nothing else."""
ROUTE = "to-event-hub"


def template() -> Json:
    """The template of one deployment stamp, which is also the unit of scale."""
    return {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "metadata": {"description": "Carlendar's fleet back end. Not tried in a tenant."},
        "parameters": _parameters(),
        "variables": {
            "brokerName": "[concat(parameters('name'), '-broker')]",
            "topicName": "[concat(parameters('name'), '-telemetry')]",
            "hubsName": "[concat(parameters('name'), '-hubs')]",
            "capacityName": "[replace(concat(parameters('name'), 'fabric'), '-', '')]",
        },
        "resources": [
            _topic(), _broker(), _certificate(), *_groups(), *_spaces(), *_bindings(), _hubs(), _hub(), _reader(),
            _may_send("brokerName", NAMESPACE, TOPIC, "topicName", SENDER_TO_TOPICS),
            _may_send("topicName", TOPIC, HUBS, "hubsName", SENDER_TO_HUBS), _route(), _capacity(),
        ],
        "outputs": {
            "mqttHost": {
                "type": "string",
                "value": "[reference(resourceId('" + NAMESPACE + "', variables('brokerName')))"
                ".topicSpacesConfiguration.hostname]",
            },
            "kafkaBootstrap": {
                "type": "string", "value": "[concat(variables('hubsName'), '.servicebus.windows.net:9093')]",
            },
        },
    }  # fmt: skip


def parameters() -> Json:
    """Example values of the parameters."""
    values: Json = {
        "name": "carlendar-fleet", "certificateAuthority": "-----BEGIN CERTIFICATE-----…", "capacityUnits": 1,
        "fabricAdministrators": ["operations@contoso.example"],
    }  # fmt: skip
    return {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {name: {"value": value} for name, value in values.items()},
    }


def _parameters() -> Json:
    return {
        "name": {"type": "string", "minLength": 3, "maxLength": 30, "metadata": {"description": "Prefix of all names"}},
        "location": {"type": "string", "defaultValue": "[resourceGroup().location]",
                     "metadata": {"description": "Azure region"}},
        "certificateAuthority": {"type": "string", "metadata": {"description": "ca.pem of the registry's authority"}},
        "capacityUnits": {"type": "int", "defaultValue": 1, "minValue": 1, "maxValue": 20,
                          "metadata": {"description": "Throughput units of the broker: 1 MB/s in, 2 MB/s out each"}},
        "fabricSku": {"type": "string", "defaultValue": "F2", "metadata": {"description": "Size of the capacity"}},
        "fabricAdministrators": {"type": "array", "metadata": {"description": "User names of its administrators"}},
    }  # fmt: skip


def _topic() -> Json:
    return {
        "type": TOPIC, "apiVersion": EVENT_GRID, "name": "[variables('topicName')]", "location": _LOCATION,
        "sku": {"name": "Basic"}, "identity": {"type": "SystemAssigned"},
        "properties": {"inputSchema": "CloudEventSchemaV1_0", "disableLocalAuth": True,
                       "minimumTlsVersionAllowed": "1.2"},
    }  # fmt: skip


def _broker() -> Json:
    return {
        "type": NAMESPACE, "apiVersion": EVENT_GRID, "name": "[variables('brokerName')]", "location": _LOCATION,
        "dependsOn": [_id(TOPIC, "topicName")],
        "sku": {"name": "Standard", "capacity": "[parameters('capacityUnits')]"},
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "minimumTlsVersionAllowed": "1.2",
            "topicSpacesConfiguration": {
                "state": "Enabled", "maximumSessionExpiryInHours": SESSION_HOURS,
                "maximumClientSessionsPerAuthenticationName": 1, "routeTopicResourceId": _id(TOPIC, "topicName"),
                "routingIdentityInfo": {"type": "SystemAssigned"},
                "routingEnrichments": {
                    "static": [],
                    "dynamic": [{"key": name, "value": value} for name, value in ENRICHMENTS.items()],
                },
            },
        },
    }  # fmt: skip


def _certificate() -> Json:
    properties = {"description": "The authority of the vehicles' certificates",
                  "encodedCertificate": "[parameters('certificateAuthority')]"}  # fmt: skip
    return _part("caCertificates", "fleet-authority", properties)


def _groups() -> list[Json]:
    return [_part("clientGroups", each.name, {"query": each.query}) for each in CLIENT_GROUPS]


def _spaces() -> list[Json]:
    # a template that begins with [ would be an expression; ours do not
    return [_part("topicSpaces", each.name, {"topicTemplates": list(each.templates)}) for each in topic_spaces()]


def _bindings() -> list[Json]:
    made = []
    for each in topic_spaces():
        properties = {"clientGroupName": each.group, "topicSpaceName": each.name, "permission": each.permission}
        needs = [("clientGroups", each.group), ("topicSpaces", each.name)]
        made.append(_part("permissionBindings", each.name, properties, needs))
    return made


def _part(kind: str, name: str, properties: Json, needs: list[tuple[str, str]] | None = None) -> Json:
    """A part of the broker's namespace, which depends on it and on the named other parts."""
    depends = [_id(NAMESPACE, "brokerName")]
    for other, own in needs or []:
        depends.append(f"[resourceId('{NAMESPACE}/{other}', variables('brokerName'), '{own}')]")
    return {
        "type": f"{NAMESPACE}/{kind}", "apiVersion": EVENT_GRID, "dependsOn": depends,
        "name": f"[concat(variables('brokerName'), '/{name}')]", "properties": properties,
    }  # fmt: skip


def _hubs() -> Json:
    return {
        "type": HUBS, "apiVersion": EVENT_HUBS, "name": "[variables('hubsName')]", "location": _LOCATION,
        "sku": {"name": "Standard", "tier": "Standard", "capacity": 1},
        "properties": {"isAutoInflateEnabled": True, "maximumThroughputUnits": 10, "kafkaEnabled": True,
                       "disableLocalAuth": True, "minimumTlsVersion": "1.2"},
    }  # fmt: skip


def _hub() -> Json:
    return {
        "type": HUB, "apiVersion": EVENT_HUBS, "dependsOn": [_id(HUBS, "hubsName")],
        "name": f"[concat(variables('hubsName'), '/{EVENT_HUB}')]",
        "properties": {"partitionCount": 8, "retentionDescription": {"cleanupPolicy": "Delete",
                                                                     "retentionTimeInHours": RETENTION_HOURS}},
    }  # fmt: skip


def _reader() -> Json:
    return {
        "type": f"{HUB}/consumergroups", "apiVersion": EVENT_HUBS,
        "dependsOn": [f"[resourceId('{HUB}', variables('hubsName'), '{EVENT_HUB}')]"],
        "name": f"[concat(variables('hubsName'), '/{EVENT_HUB}/ingestion')]", "properties": {},
    }  # fmt: skip


def _may_send(sender: str, sender_type: str, target_type: str, target: str, role: str) -> Json:
    """A role assignment: the sender's identity may send to the target."""
    identity = f"resourceId('{sender_type}', variables('{sender}')), '{EVENT_GRID}', 'full'"
    definition = f"[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '{role}')]"
    return {
        "type": "Microsoft.Authorization/roleAssignments", "apiVersion": ROLES,
        "scope": _id(target_type, target), "dependsOn": [_id(sender_type, sender), _id(target_type, target)],
        "name": f"[guid(resourceGroup().id, variables('{sender}'), '{role}')]",
        "properties": {
            "principalId": f"[reference({identity}).identity.principalId]", "principalType": "ServicePrincipal",
            "roleDefinitionId": definition,
        },
    }  # fmt: skip


def _route() -> Json:
    destination = {
        "endpointType": "EventHub",
        "properties": {"resourceId": f"[resourceId('{HUB}', variables('hubsName'), '{EVENT_HUB}')]"},
    }
    return {
        "type": f"{TOPIC}/eventSubscriptions", "apiVersion": EVENT_GRID,
        "name": f"[concat(variables('topicName'), '/{ROUTE}')]",
        "dependsOn": [
            _id(TOPIC, "topicName"), f"[resourceId('{HUB}', variables('hubsName'), '{EVENT_HUB}')]",
            "[extensionResourceId(" + _id(HUBS, "hubsName")[1:-1] + ", 'Microsoft.Authorization/roleAssignments', "
            f"guid(resourceGroup().id, variables('topicName'), '{SENDER_TO_HUBS}'))]",
        ],
        "properties": {
            "deliveryWithResourceIdentity": {"identity": {"type": "SystemAssigned"}, "destination": destination},
            "eventDeliverySchema": "CloudEventSchemaV1_0",
            "retryPolicy": {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 1440},
        },
    }  # fmt: skip


def _capacity() -> Json:
    return {
        "type": "Microsoft.Fabric/capacities", "apiVersion": FABRIC, "name": "[variables('capacityName')]",
        "location": _LOCATION, "sku": {"name": "[parameters('fabricSku')]", "tier": "Fabric"},
        "properties": {"administration": {"members": "[parameters('fabricAdministrators')]"}},
    }  # fmt: skip


_LOCATION = "[parameters('location')]"


def _id(kind: str, variable: str) -> str:
    return f"[resourceId('{kind}', variables('{variable}'))]"
