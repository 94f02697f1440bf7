"""Servers that stand for the car, the phone and the Microsoft cloud. Never imported in the car."""
