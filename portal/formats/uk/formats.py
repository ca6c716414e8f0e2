"""Django's own has a leading zero: 01 грудня 2026 р."""

DATE_FORMAT = "j E Y р."
DATETIME_FORMAT = "j E Y, H:i"
MONTH_DAY_FORMAT = "j E"
