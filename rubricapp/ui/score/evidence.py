"""placeholder"""

from PySide6.QtWidgets import QWidget, QListWidget
from PySide6.QtCore import Signal


class EvidencePane(QWidget):
    notice = Signal(str)

    def __init__(self, session, parent):
        super().__init__(parent)
        self.list = QListWidget(self)

    def show_slot(self, *a):
        pass

    def do(self, act):
        return False

    def time_code(self):
        return ""

    def take_focus(self):
        pass
