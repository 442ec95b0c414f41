package dev.millrace.engine.internal.file;

import dev.millrace.engine.operator.SinkEncoder;
import dev.millrace.serde.csv.CsvBuffer;
import dev.millrace.serde.csv.CsvFormat;

/** Writes records as lines. A template: each encoder is of a class of its own, so that formatting is inlined. */
final class CsvEncoder extends SinkEncoder {
    private final CsvFormat<Object> format;
    private final CsvBuffer line = new CsvBuffer();

    CsvEncoder(CsvFormat<Object> format) {
        this.format = format;
    }

    @Override
    public int encode(Object event) {
        line.clear();
        format.write(event, line);
        line.append((byte) '\n');
        return line.length();
    }

    @Override
    public byte[] bytes() {
        return line.bytes();
    }
}
