package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NumaMapsTest {
    @TempDir
    Path folder;

    @Test
    void knowsThePagesOfAMappingThatLiesOnOneNode() throws IOException {
        RecordedSysfs.write(
                folder,
                Map.of(
                        "numa_maps",
                        """
                        7f0000000000 default anon=512 dirty=512 active=0 N1=512 kernelpagesize_kB=4
                        7f0000200000 default
                        7f0000400000 prefer=static:0 anon=3 dirty=3 N0=2 N10=1 kernelpagesize_kB=4
                        not a mapping
                        7f0000600000 default file=/tmp/N5=7 mapped=2 N0=2 kernelpagesize_kB=4
                        7f0000800000 default huge anon=2 dirty=2 N12=2 kernelpagesize_kB=2048"""));
        NumaMaps maps = NumaMaps.read(folder.resolve("numa_maps"));
        assertEquals(Placement.UNKNOWN_NODE, maps.nodeOf(0x1000));
        assertEquals(1, maps.nodeOf(0x7f0000000000L));
        assertEquals(1, maps.nodeOf(0x7f00001fffffL));
        assertEquals(Placement.ABSENT_PAGE, maps.nodeOf(0x7f0000200000L));
        assertEquals(Placement.UNKNOWN_NODE, maps.nodeOf(0x7f0000400000L));
        assertEquals(0, maps.nodeOf(0x7f0000600000L));
        assertEquals(12, maps.nodeOf(0x7f0000900000L));
    }

    @Test
    void isAnErrorWhereThereIsNoSuchFile() {
        assertThrows(IOException.class, () -> NumaMaps.read(folder.resolve("absent")));
    }
}
