"""How form widgets become HTML."""

from django.forms.renderers import DjangoTemplates


class WholeTextRenderer(DjangoTemplates):
    """No ``maxlength``: with it a browser cuts what is pasted, and nobody notices.

    What is too long is sent, refused with how many letters are too many, and kept.
    """

    def render(self, template_name, context, request=None):
        """The widget without that attribute, wherever the form came from."""
        attrs = context.get("widget", {}).get("attrs", {})
        if "maxlength" in attrs:
            widget = context["widget"]
            kept = {name: value for name, value in attrs.items() if name != "maxlength"}
            context = {**context, "widget": {**widget, "attrs": kept}}
        return super().render(template_name, context, request)
