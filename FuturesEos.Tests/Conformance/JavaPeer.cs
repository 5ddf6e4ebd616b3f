using System.Diagnostics;
using FuturesEos.Contracts;
using FuturesEos.Tests.Architecture;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Conformance;

/// <summary>
/// The same pipeline on Java Kafka Streams, written independently from the same contract: found beside the repository
/// (<c>shared/peers</c>, with <c>shared/kafka</c> for its libraries); where it is not, the test is skipped.
/// </summary>
internal static class JavaPeer
{
    private static readonly TimeSpan Allowance = TimeSpan.FromSeconds(180);

    /// <summary>Folder of the script <c>peer</c>.</summary>
    public static string Folder
    {
        get
        {
            if (RealKafka.Folder is { } kafka)
            {
                var peers = Path.GetFullPath(Path.Combine(kafka, "..", "peers"));
                if (File.Exists(Path.Combine(peers, "src", "SignalProcessorPeer.java"))) return peers;
            }

            Assert.Skip("the Java peer is not beside the repository (shared/peers and shared/kafka)");
            return "";
        }
    }

    private static string Libraries => Path.Combine(RealKafka.Folder!, "libs", "*");

    /// <summary>Feeds its topology record by record, without a broker.</summary>
    /// <returns>A line for each record: see PeerDriver.java.</returns>
    public static async Task<string[]> FoldAsync(IReadOnlyList<PeerRecord> records)
    {
        var sources = Directory.GetFiles(Path.Combine(Folder, "src"), "*.java")
            .Append(Path.Combine(SourceTree.Root, "FuturesEos.Tests", "Conformance", "PeerDriver.java"));
        var work = Directory.CreateTempSubdirectory("futures-eos-peer-");
        try
        {
            var classes = Path.Combine(work.FullName, "classes");
            await RunAsync("javac", ["-nowarn", "-XDsuppressNotes", "-d", classes, "-cp", Libraries, .. sources], []);
            var output = await RunAsync(
                "java", ["-Xmx512m", "-cp", $"{classes}:{Libraries}", "PeerDriver",
                    Path.Combine(work.FullName, "state")], records.Select(LineOf));
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private static string LineOf(PeerRecord record) =>
        $"{Topics.Signals(record.Topic)} {record.TimestampMs} {Base64(record.Key)} {Base64(record.Value)}";

    private static string Base64(byte[]? bytes) => bytes is null ? "-" : Convert.ToBase64String(bytes);

    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments, IEnumerable<string> lines)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Start(start);
        using var deadline = new CancellationTokenSource(Allowance);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            try
            {
                foreach (var line in lines) await process.StandardInput.WriteLineAsync(line.AsMemory(), deadline.Token);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // it has ended: its exit code and what it said follow
            }

            await process.WaitForExitAsync(deadline.Token);
            if (process.ExitCode != 0) Assert.Fail($"{program} ended with {process.ExitCode}: {await error}");
            return await output;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            Assert.Skip($"{start.FileName} cannot be started ({e.Message}): the peer needs a JDK 17");
            throw;
        }
    }
}
