"""Who rings the bells."""
