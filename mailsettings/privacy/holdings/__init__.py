"""What is stored about customers beside the directory and its log: one module for each kind, ending with HOLDING."""
