"""Interactive forms (biểu mẫu điện tử) and the procedures (thủ tục hành chính) that use them. Knows no register."""
