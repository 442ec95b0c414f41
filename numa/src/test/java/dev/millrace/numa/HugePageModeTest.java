package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HugePageModeTest {
    private static final String FOLDER = "sys/kernel/mm/transparent_hugepage/";

    @TempDir
    Path root;

    @Test
    void isTheWordInBrackets() {
        assertEquals(HugePageMode.ALWAYS, mode(Map.of("enabled", "[always] madvise never")));
        assertEquals(HugePageMode.MADVISE, mode(Map.of("enabled", "always [madvise] never")));
        assertEquals(HugePageMode.NEVER, mode(Map.of("enabled", "always madvise [never]")));
    }

    @Test
    void newKernelsMaySayItForTwoMebibytesAlone() {
        String ofThisSize = "hugepages-2048kB/enabled";
        assertEquals(
                HugePageMode.MADVISE,
                mode(Map.of("enabled", "always [madvise] never", ofThisSize, "always [inherit] madvise never")));
        assertEquals(
                HugePageMode.NEVER,
                mode(Map.of("enabled", "[always] madvise never", ofThisSize, "always inherit madvise [never]")));
        assertEquals(
                HugePageMode.ALWAYS,
                mode(Map.of("enabled", "always madvise [never]", ofThisSize, "[always] inherit madvise never")));
    }

    @Test
    void whatSaysNothingIsNever() {
        assertEquals(HugePageMode.NEVER, HugePageMode.read(root.resolve("absent")));
        assertEquals(HugePageMode.NEVER, mode(Map.of("enabled", "always madvise never")));
        assertEquals(HugePageMode.NEVER, mode(Map.of("enabled", "] [")));
    }

    private HugePageMode mode(Map<String, String> files) {
        files.forEach((name, content) -> RecordedSysfs.write(root, Map.of(FOLDER + name, content)));
        return HugePageMode.read(root);
    }
}
