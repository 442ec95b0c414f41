package dev.millrace.numa;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** When the kernel puts huge pages of 2 MiB behind ordinary memory ({@code transparent_hugepage/enabled}). */
public enum HugePageMode {
    /** Wherever they fit. */
    ALWAYS,
    /** Where a program asks for them. */
    MADVISE,
    /** Never, or the machine does not say. */
    NEVER;

    private static final String FOLDER = "sys/kernel/mm/transparent_hugepage";

    /**
     * Reads the mode. Never throws.
     *
     * @param root the folder that holds {@code sys}; normally {@link ContainerLimit#ROOT}
     */
    public static HugePageMode read(Path root) {
        Path folder = root.resolve(FOLDER);
        String ofThisSize = chosen(folder.resolve("hugepages-2048kB/enabled"));
        return switch (ofThisSize.isEmpty() || ofThisSize.equals("inherit")
                ? chosen(folder.resolve("enabled"))
                : ofThisSize) {
            case "always" -> ALWAYS;
            case "madvise" -> MADVISE;
            default -> NEVER;
        };
    }

    /** The word in brackets, as in {@code always [madvise] never}. */
    private static String chosen(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            int open = text.indexOf('[');
            int close = text.indexOf(']', open + 1);
            return open < 0 || close < 0 ? "" : text.substring(open + 1, close);
        } catch (IOException e) {
            // Kernels before 6.8 have no file for each size, other systems have none at all.
            return "";
        }
    }
}
