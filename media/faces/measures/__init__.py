"""What single frames show beside a face's shape: light, signs of a screen."""
