using System.Diagnostics;
using FuturesEos.EmbeddedKafka;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.Broker;

public sealed class StartTests(ITestOutputHelper output)
{
    /// <summary>A broker for each test is a habit only while it costs nothing: the first of a process compiles, the next do not.</summary>
    [Fact]
    public async Task a_test_that_wants_a_broker_of_its_own_waits_for_less_than_300_ms()
    {
        List<double> took = [];
        for (var i = 0; i < 8; i++)
        {
            var folder = Directory.CreateTempSubdirectory("eos-start-").FullName;
            var begun = Stopwatch.GetTimestamp();
            await using (await EmbeddedKafkaHost.StartAsync(new EmbeddedKafkaOptions { DataFolder = folder }, NullLoggerFactory.Instance))
                took.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            Directory.Delete(folder, recursive: true);
        }

        output.WriteLine(string.Join(", ", took.Select(ms => $"{ms:0} ms")));
        Assert.InRange(took.Skip(1).Order().ElementAt(3), 0, 300);
    }
}
