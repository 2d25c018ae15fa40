"""What the customers' slice contributes: pages of accounts and contacts, and the right to see and keep them."""

from __future__ import annotations

from app.crm import navigating
from app.crm.pages.accounts import Accounts
from app.crm.pages.contacts import Contacts
from app.web import navigation
from app.web.manifest import Slice

READ = ("account.read", "contact.read")
KEEP = ("account.create", "account.update", "contact.create", "contact.update")

navigation.add(navigating.customers, order=20)

SLICE = Slice(name="crm", routes=(Accounts, Contacts), grants={"viewer": READ, "agent": (*READ, *KEEP)})
