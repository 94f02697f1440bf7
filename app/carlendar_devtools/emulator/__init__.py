"""Servers that emulate the car, the phone and the Microsoft cloud. Never imported in the car."""
