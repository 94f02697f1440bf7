"""Brands: what a make of car may change of the look (colours, type, corners, sound, mark), read and checked."""
