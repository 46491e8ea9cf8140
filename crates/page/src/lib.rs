//! The display list of a page, raster, pdfium.
