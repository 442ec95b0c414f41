package dev.millrace.serde.csv;

import dev.millrace.serde.internal.Unchecked;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** The template of every format: never used itself, only its copies are, in which the handles are constants. */
final class CsvTemplate implements CsvFormat<Object> {
    private static final CsvLine LINE;
    private static final MethodHandle PARSE;
    private static final MethodHandle WRITE;

    static {
        try {
            CsvParts parts = MethodHandles.classData(MethodHandles.lookup(), "_", CsvParts.class);
            LINE = parts.line();
            PARSE = parts.parse();
            WRITE = parts.write();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    CsvTemplate() {}

    @Override
    public String header() {
        return LINE.header();
    }

    @Override
    public int columns() {
        return LINE.columns();
    }

    @Override
    public Object parse(byte[] line, int start, int end) {
        LINE.read(line, start, end);
        try {
            return (Object) PARSE.invokeExact();
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }

    @Override
    public void write(Object value, CsvBuffer target) {
        final int lengthBefore = target.length();
        try {
            WRITE.invokeExact(value, target);
        } catch (Throwable t) {
            target.truncate(lengthBefore);
            throw Unchecked.rethrow(t);
        }
    }

    @Override
    public String toString() {
        return "CsvFormat of " + LINE.header();
    }
}
