"""The emulated back end of the car's maker: a real MQTT broker, and what answers the car."""
