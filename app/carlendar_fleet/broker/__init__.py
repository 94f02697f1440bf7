"""The MQTT broker: a mosquitto of one's own, and connections of the back end to any broker."""
