"""The layers of a map as Folium elements: each only names a function of `static/maps` that draws from the data."""

import folium
from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

from app.maps.words import word


class DataLayer(Layer):
    """A layer that the page's own script draws from one part of the page's data."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = paymap.{{ this.drawn_by }}({{ this._parent.get_name() }});
        {% endmacro %}
        """)

    def __init__(self, drawn_by: str, name: str, *, overlay: bool = True, control: bool = True) -> None:
        super().__init__(name=name, overlay=overlay, control=control)
        self._name = drawn_by
        self.drawn_by = drawn_by


class Furniture(JSCSSMixin):
    """What stands around the map: panel, legend, foot, scale bar, watermark; drawn last."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            paymap.furnish({{ this._parent.get_name() }});
        {% endmacro %}
        """)


def dress(made: folium.Map, layers: list[DataLayer]) -> None:
    """Put layers on a map, then the control that switches them, then what stands around the map."""
    for layer in [DataLayer("tileFile", "", control=False), *layers]:
        made.add_child(layer)
    made.add_child(folium.LayerControl(position="topleft", collapsed=True, autoZIndex=False))
    made.add_child(Furniture())  # type: ignore[no-untyped-call]  # branca's


def venue_layers(lang: str, *, others: bool = True) -> list[DataLayer]:
    """The key venues and the others, which cluster together; `others` says whether these are shown at first."""
    key = DataLayer("keyVenues", word("key_layer", lang))
    rest = DataLayer("otherVenues", word("other_layer", lang))
    rest.show = others
    return [key, rest]
