"""DingTalk, WeCom, Feishu, mail, SMS and others through the library of that name."""
