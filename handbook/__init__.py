"""What a person reads: chapters, the workbench and the command."""
