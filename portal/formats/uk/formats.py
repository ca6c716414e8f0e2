"""Django's own has a leading zero: 01 грудня 2026 р."""

DATE_FORMAT = "j E Y р."
# Without the «р.», since it stands at the end of sentences.
DATETIME_FORMAT = "j E Y, H:i"
MONTH_DAY_FORMAT = "j E"
