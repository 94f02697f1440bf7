"""Paths of the signals in use (COVESA Vehicle Signal Specification 6.0), and their units.

A path is also the signal's name in `carlendar.domain.ports.Reading`. Names of other releases are in
`carlendar.vehicle.signals`.
"""

from __future__ import annotations

from collections.abc import Mapping

_HMI = "Vehicle.Cabin.Infotainment.HMI."
_SEAT = "Vehicle.Cabin.Seat."

SPEED = "Vehicle.Speed"
MOVING = "Vehicle.IsMoving"
SELECTOR = "Vehicle.Powertrain.Transmission.SelectedGear"
PARK_LOCK = "Vehicle.Powertrain.Transmission.IsParkLockEngaged"
"""Used for P by the example mapping of the KUKSA CAN provider, which does not publish the selector."""
GEARBOX = "Vehicle.Powertrain.Transmission.Type"
PARKING_BRAKE = "Vehicle.Chassis.ParkingBrake.IsEngaged"
IGNITION = "Vehicle.LowVoltageSystemState"
DATABROKER = "Carlendar.Databroker.IsConnected"
"""Not a signal of the car: False when the connection to the databroker is lost."""
REMEMBERED_SPEED = "Carlendar.Databroker.RememberedSpeed"
"""Not a signal of the car: a speed cached by the databroker, as at the start of a connection; not a confirmation.
"""
PASSENGER_SEAT = _SEAT + "Row1.PassengerSide.OccupancyStatus"
FRONT_SEATS = tuple(f"{_SEAT}Row1.Pos{number}.IsOccupied" for number in (1, 2, 3))
"""Seats of the first row from the left, as named before VSS 4.0; the driver's side determines whose they are."""
MIDDLE_SEAT = _SEAT + "Row1.Middle.OccupancyStatus"
REAR_SEATS = tuple(f"{_SEAT}Row2.{place}.OccupancyStatus" for place in ("DriverSide", "Middle", "PassengerSide"))
DRIVER_POSITION = "Vehicle.Cabin.DriverPosition"
DRIVER_SUBJECT = "Vehicle.Occupant.Row1.DriverSide.Identifier.Subject"
DRIVER_ISSUER = "Vehicle.Occupant.Row1.DriverSide.Identifier.Issuer"
DAY_NIGHT = _HMI + "DayNightMode"
LIGHT = "Vehicle.Exterior.LightIntensity"
LANGUAGE = _HMI + "CurrentLanguage"
DISTANCE_UNIT = _HMI + "DistanceUnit"
TIME_FORMAT = _HMI + "TimeFormat"
FONT_SIZE = _HMI + "FontSize"
LOCATION = "Vehicle.CurrentLocation."
"""The branch of the car's location."""
LATITUDE = LOCATION + "Latitude"
LONGITUDE = LOCATION + "Longitude"
CONNECTED = "Vehicle.Connectivity.IsConnectivityAvailable"
VOLUME = "Vehicle.Cabin.Infotainment.Media.Volume"
ODOMETER = "Vehicle.TraveledDistance"
POWERTRAIN = "Vehicle.Powertrain.Type"
RANGE = "Vehicle.Powertrain.Range"
CHARGE = "Vehicle.Powertrain.TractionBattery.StateOfCharge.Displayed"
TRIP = (ODOMETER, CHARGE)
"""Signals for telemetry about trips only: used in a car of a fleet."""
DESTINATION_LATITUDE = "Vehicle.Cabin.Infotainment.Navigation.DestinationSet.Latitude"
DESTINATION_LONGITUDE = "Vehicle.Cabin.Infotainment.Navigation.DestinationSet.Longitude"

UNITS: Mapping[str, str] = {
    SPEED: "km/h",
    LIGHT: "percent",
    LATITUDE: "degrees",
    LONGITUDE: "degrees",
    VOLUME: "percent",
    ODOMETER: "km",
    RANGE: "m",
    CHARGE: "percent",
    DESTINATION_LATITUDE: "degrees",
    DESTINATION_LONGITUDE: "degrees",
}
"""Units of the paths that have one."""
