"""The files of an outcome: results.json, workbook, layers for a GIS, the note for officials."""

from coopgeo.exports.run_files import export

__all__ = ["export"]
