package dev.millrace.serde.csv;

import java.lang.invoke.MethodHandle;

/**
 * What makes one copy of {@link CsvTemplate} differ from another.
 *
 * @param line where the columns of the line being parsed are; the parse handle holds it too
 * @param parse {@code () -> Object}
 * @param write {@code (Object, CsvBuffer) -> void}
 */
record CsvParts(CsvLine line, MethodHandle parse, MethodHandle write) {}
