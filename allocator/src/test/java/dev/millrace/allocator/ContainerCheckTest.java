package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContainerCheckTest {
    private static final long MIB = 1 << 20;

    @TempDir
    private Path root;

    @Test
    void refusesMoreThanTheContainerHasWithTheSumTheLimitAndTheFix() {
        ContainerCheck check = new ContainerCheck(1024 * MIB, "/sys/fs/cgroup/memory.max", 512 * MIB);
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class, () -> check.check(AllocatorConfig.ofMemoryBytes(400 * MIB)));
        assertTrue(
                refusal.getMessage()
                        .contains("memoryBytes=419430400 + maxHeapBytes=536870912 + jvmBytes=134217728 = 1090519040, "
                                + "limitBytes=1073741824, limitFrom=/sys/fs/cgroup/memory.max; "
                                + "give at most memory=384MiB, or the heap less (-Xmx), "
                                + "give the container 1.0 GiB, or say memory.container-check=off"),
                refusal.getMessage());
        assertTrue(check.check(AllocatorConfig.ofMemoryBytes(384 * MIB)).contains("= 1073741824 of limitBytes"));
    }

    @Test
    void asksForASmallerHeapWhereThatAloneIsTooMuch() {
        ContainerCheck check = new ContainerCheck(512 * MIB, "limit", 512 * MIB);
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> check.check(AllocatorConfig.ofMemoryBytes(MIB)));
        assertTrue(refusal.getMessage().contains("limitFrom=limit; give the heap less (-Xmx)"), refusal.getMessage());
    }

    @Test
    void canBeSwitchedOff() {
        ContainerCheck check = new ContainerCheck(MIB, "limit", 512 * MIB);
        AllocatorConfig config =
                AllocatorConfig.builder().memory("1GiB").checksContainer(false).build();
        assertEquals("not checked, memory.container-check=off", check.check(config));
    }

    @Test
    void whereNobodyKnowsALimitThereIsNone() {
        ContainerCheck check = new ContainerCheck(Long.MAX_VALUE, "unknown", 512 * MIB);
        assertTrue(check.check(AllocatorConfig.ofMemoryBytes(AllocatorConfig.MAX_MEMORY_BYTES))
                .endsWith("limit unknown"));
        assertEquals(Long.MAX_VALUE, MemoryCeiling.read(root.resolve("nothing")).bytes());
    }

    @Test
    void theLeastLimitOfTheGroupsUpToTheRootCounts() throws IOException {
        write("proc/meminfo", "MemTotal:       8388608 kB\nMemFree: 1 kB\n");
        assertEquals(8192 * MIB, MemoryCeiling.read(root).bytes());
        write("proc/self/cgroup", "0::/outer/inner\n");
        write("sys/fs/cgroup/outer/inner/memory.max", "max\n");
        assertEquals(8192 * MIB, MemoryCeiling.read(root).bytes());
        write("sys/fs/cgroup/outer/memory.max", "2147483648\n");
        MemoryCeiling ceiling = MemoryCeiling.read(root);
        assertEquals(2048 * MIB, ceiling.bytes());
        assertTrue(ceiling.source().endsWith("outer/memory.max"), ceiling.source());
        write("sys/fs/cgroup/memory.max", "1073741824\n");
        assertEquals(1024 * MIB, MemoryCeiling.read(root).bytes());
    }

    @Test
    void knowsTheFirstVersionOfControlGroupsToo() throws IOException {
        write("proc/meminfo", "MemTotal:       8388608 kB\n");
        write("proc/self/cgroup", "9:cpu,cpuacct:/x\n4:memory:/not/there\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        assertEquals(8192 * MIB, MemoryCeiling.read(root).bytes(), "a huge number is none");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912\n");
        assertEquals(512 * MIB, MemoryCeiling.read(root).bytes());
    }

    @Test
    void damagedFilesLimitNothing() throws IOException {
        write("proc/meminfo", "MemTotal: lots\n");
        write("proc/self/cgroup", "nonsense\n0::/../../etc\n");
        write("sys/fs/cgroup/memory.max", "-5\n");
        assertEquals(Long.MAX_VALUE, MemoryCeiling.read(root).bytes());
    }

    @Test
    void openingAsksTheMachine() {
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> SlabAllocator.open(AllocatorConfig.ofMemoryBytes(AllocatorConfig.MAX_MEMORY_BYTES)));
        assertTrue(refusal.getMessage().contains("memory.container-check=off"), refusal.getMessage());
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
