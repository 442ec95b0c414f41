package dev.millrace.serde;

import dev.millrace.serde.internal.FlatAssembly;
import java.lang.invoke.MethodHandle;

/**
 * Writes values of one type to memory in their flat layout, and reads them back.
 *
 * <p>A codec is used by one thread at a time (it remembers short strings). Each call of {@link #of} makes a class of its
 * own, so that a call site that keeps to its own codec is inlined by the JIT: then records are never built on the heap
 * unless they are kept. Ask for one codec for each place that uses it, once, at start.
 *
 * <p>A value that is one of two objects is garbage where the JIT must merge them. On JDK 17 to 21 that is an {@code Instant} or
 * {@code Duration} once anything in the process has made the one of 0 seconds, a {@code LocalDateTime} once one was on the full
 * hour, and a number in a type parameter if both small ones, which Java keeps, and large ones come. On all JDKs it is an
 * {@code Optional} that is present at times, and a sealed interface. Records of more than about five times may be, on JDK 17.
 *
 * <p>Lists and maps that are read are unmodifiable; a map's entries come in the order of {@link FieldType.MapOf}. A value must not
 * change between {@link #variableBytes} and the end of {@link #write}: a list or map that takes more than was measured is refused
 * with a {@link java.util.ConcurrentModificationException} before anything is written behind its space, if its value is the last
 * that was measured. To write a map of more than one entry makes arrays of the size of the map.
 *
 * <p>Addresses are off-heap, owned by the caller, and multiples of 8. Nothing is checked on the way: bytes from outside go
 * through {@link #validate} once. Text is UTF-8; half of a surrogate pair is written as {@code ?}, as
 * {@code String.getBytes} does.
 *
 * @param <T> the type; a box where the layout is that of a primitive
 */
public interface FlatCodec<T> {
    /** The longest text, in chars. */
    int MAX_TEXT_CHARS = 1 << 28;

    /**
     * Makes a codec in a class of its own.
     *
     * @throws UnsupportedTypeException if the type has no layout, or its module does not open it
     */
    @SuppressWarnings("unchecked") // The class comes from the same argument.
    static <T> FlatCodec<T> of(Class<T> type) {
        return (FlatCodec<T>) FlatAssembly.newCodec(RecordLayout.of(type));
    }

    /**
     * Makes a codec for a type with parameters, in a class of its own.
     *
     * @throws UnsupportedTypeException if the type has no layout, or its module does not open it
     */
    @SuppressWarnings("unchecked") // The type comes from the same argument.
    static <T> FlatCodec<T> of(TypeToken<T> type) {
        return (FlatCodec<T>) FlatAssembly.newCodec(RecordLayout.of(type));
    }

    RecordLayout layout();

    /** The size of the fixed part: a multiple of 8. */
    int fixedBytes();

    /** Whether no value has a variable part. */
    boolean isFixedSize();

    /**
     * The size of a value's variable part: a multiple of 8, 0 where there is none.
     *
     * @throws NullComponentException if a component with a variable part is null
     * @throws IllegalArgumentException if the value is larger than an int can say
     */
    int variableBytes(T value);

    /** The size of a value as one blob: fixed and variable part. */
    int blobBytes(T value);

    /**
     * Writes a value in two parts.
     *
     * @param fixedAddress takes {@link #fixedBytes} bytes
     * @param base what the offsets of texts are relative to; at most 2 GiB below the variable part
     * @param variableAddress takes {@link #variableBytes} bytes, from here upward; not touched if there are none
     * @throws NullComponentException if a component is null; the memory then holds part of the value
     * @throws java.util.ConcurrentModificationException if a list or map takes more than was measured; as above
     */
    void write(T value, long fixedAddress, long base, long variableAddress);

    /** Reads a value that {@link #write} wrote or {@link #validate} passed. */
    T read(long fixedAddress, long base);

    /**
     * Writes a value as one blob.
     *
     * @param address takes {@link #blobBytes} bytes
     */
    void writeBlob(T value, long address);

    /** Reads a value that {@link #writeBlob} wrote. */
    T readBlob(long address);

    /**
     * Checks that bytes from outside are exactly what {@link #writeBlob} would write for some value.
     *
     * @throws MalformedRecordException if they are not; names the component
     */
    void validate(long address, int lengthBytes);

    /**
     * Checks a row of a page from outside whose variable parts follow each other without gaps.
     *
     * @param variableOffset where the row's variable part must start, from the base; a multiple of 8
     * @param limitOffset where the page ends, from the base; a multiple of 8
     * @return where the row's variable part ends, from the base
     * @throws MalformedRecordException if the row is not what {@link #write} would write there; names the component
     */
    int validateRow(long fixedAddress, long base, int variableOffset, int limitOffset);

    /**
     * What {@link #variableBytes} does, as a constant for code that is put together from method handles: the JIT inlines those
     * whatever their size, which it does not with a call of a method that it has compiled already. Its type is
     * {@code (Object) -> int}.
     */
    MethodHandle sizeHandle();

    /** What {@link #write} does: {@code (Object value, long fixedAddress, long base, long variableAddress) -> void}. */
    MethodHandle writeHandle();

    /** What {@link #read} does: {@code (long fixedAddress, long base) -> Object}. */
    MethodHandle readHandle();
}
