"""Value from holder to holder: boxed, accepted, returned."""
