"""What the service desk contributes: its pages, its places in the navigation, and the right to read, answer and sort."""

from __future__ import annotations

from app.desk import navigating
from app.desk.api.messages import Attachments, Messages
from app.desk.api.tickets import Tickets
from app.desk.pages.bulk import Bulk
from app.desk.pages.channels import ChannelSettings
from app.desk.pages.files import Files
from app.desk.pages.lists import Inbox
from app.desk.pages.new import NewTickets
from app.desk.pages.ticket import TicketPages
from app.desk.pages.writing import Writing
from app.web import navigation
from app.web.manifest import Slice

READ = ("ticket.read",)
WORK = ("ticket.create", "ticket.update", "ticket.answer", "ticket.note")

navigation.add(navigating.inbox, order=10)

SLICE = Slice(
    name="desk",
    routes=(Inbox, NewTickets, Bulk, TicketPages, Writing, Files, Tickets, Messages, Attachments, ChannelSettings),
    modules=("app.desk.incoming", "app.desk.reports", "app.desk.notifying", "app.desk.relating"),
    grants={"viewer": READ, "agent": (*READ, *WORK), "admin": ("ticket.delete",)},
)
