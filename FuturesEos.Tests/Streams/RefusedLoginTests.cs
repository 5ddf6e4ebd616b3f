using FuturesEos.Streams;
using FuturesEos.Streams.Errors;
using FuturesEos.Streams.Tasks;
using FuturesEos.Tests.Broker.Secure;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.Streams;

public sealed class RefusedLoginTests
{
    [Fact]
    public async Task a_refused_login_ends_the_engine_with_the_brokers_words()
    {
        await using var broker = await SecureBroker.StartAsync(sasl: SecureBroker.Users());
        using var folder = new TemporaryFolder();
        var options = new StreamsOptions
        {
            ApplicationId = TestNames.Unique(), BootstrapServers = broker.BootstrapServers, InputTopics = ["in"],
            StoreName = "sums", StateDirectory = folder.Path,
            ClientSettings = new Dictionary<string, string>
            {
                ["security.protocol"] = "SASL_PLAINTEXT", ["sasl.mechanism"] = "PLAIN",
                ["sasl.username"] = SecureBroker.User, ["sasl.password"] = "wrong",
            },
        };
        await using var engine = new RunningEngine(
            options, (TaskId _) => new SummingProcessor("out", null, 0), NullLoggerFactory.Instance);
        var failure = await Assert.ThrowsAsync<StreamsFatalException>(
            () => engine.Run.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("refuse the login", failure.Message);
    }
}
