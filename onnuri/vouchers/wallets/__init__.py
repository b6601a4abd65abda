"""A wallet's life: opening, freezing, leaving, handing over, finding."""
