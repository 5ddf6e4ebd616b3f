using FuturesEos.Cli.Pipeline;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Crash;

/// <summary>A system that RocksDB's package has no library for.</summary>
public sealed class MissingLibraryTests(EmbeddedBroker broker) : IClassFixture<EmbeddedBroker>
{
    [Fact]
    public async Task a_processor_that_cannot_load_rocksdb_says_so_and_names_the_store_that_needs_none()
    {
        using var input = await SignalInput.CreateAsync(broker.BootstrapServers);
        var folder = Directory.CreateTempSubdirectory("eos-no-rocksdb-");
        try
        {
            var program = CopyWithoutLibrary(Installation.Executable("FuturesEos.SignalProcessor"), folder.FullName);
            using var processor = ChildProgram.Start(
                program,
                ["--bootstrap-servers", broker.BootstrapServers, "--state-dir", Path.Combine(folder.FullName, "state")]);
            var ended = await Eventually.Happens(() => Task.FromResult(processor.HasExited), Deadline.InSeconds(60));
            var said = processor.Data + processor.Talk;
            Assert.True(ended, $"it runs on: {said}");
            Assert.True(await processor.ExitAsync() == ExitCode.CheckFailed, said);
            Assert.Contains("RocksDB's native library cannot be loaded on ", said);
            Assert.Contains("use --store memory", said);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // the file is there, as the host demands, and is no library
    private static string CopyWithoutLibrary(string program, string folder)
    {
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(program)!))
        {
            var copy = Path.Combine(folder, Path.GetFileName(file));
            if (Path.GetFileName(file).StartsWith("librocksdb", StringComparison.Ordinal)) File.WriteAllText(copy, "");
            else File.Copy(file, copy);
        }

        return Path.Combine(folder, Path.GetFileName(program));
    }
}
