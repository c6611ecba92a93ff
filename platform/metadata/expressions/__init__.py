"""The one expression language: parse, check types, evaluate; its SQL meaning is in storage."""
