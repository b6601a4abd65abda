"""Value from the state and from companies: lists in four eyes, programmes, what companies buy."""
