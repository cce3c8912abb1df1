"""Messages to people when a night went wrong: chat robots, webhooks, mail.

Written here though Apprise (2.3.0, looked at 2026-11) knows these services: it takes HTTP 200 for
success, with which DingTalk, WeCom and Feishu also answer what they refuse, so that a lost alert
would count as sent; it cannot sign for Feishu, does not ask a busy service again, and has the hosts
written into its code, so that no test could send a message.
"""
