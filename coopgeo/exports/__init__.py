"""The files of an outcome: results.json, workbook, layers for a GIS, the note for officials."""

from coopgeo.exports.export import export

__all__ = ["export"]
