"""Signing in: customers with a code, a passkey or a password; staff with a second factor.

django-allauth has the flows. Here is what it leaves to a site: who is known, which pages there are, and how they look.
"""
