"""Pictures of what a form holds, as HTML that can stand in a page, a print or a file."""
