// The library holds only compiled-in files; some tools want at least one source.
