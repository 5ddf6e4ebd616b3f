using FuturesEos.Streams;
using Xunit;

namespace FuturesEos.Tests.Streams;

public class StreamsOptionsTests
{
    [Fact]
    public void the_defaults_hold_once_the_names_are_given() => Sound().Validate();

    [Fact]
    public void all_faults_are_told_at_once()
    {
        var fault = Assert.Throws<ArgumentException>(() => new StreamsOptions { Threads = 0 }.Validate()).Message;
        foreach (var name in new[] { "ApplicationId", "BootstrapServers", "InputTopics", "StateDirectory", "Threads is 0" }) Assert.Contains(name, fault);
    }

    [Fact]
    public void a_commit_interval_leaves_time_to_commit() =>
        Refused("CommitInterval (00:00:06) must be at most half of TransactionTimeout (00:00:10)", new StreamsOptions
        {
            ApplicationId = "a", BootstrapServers = "b:1", InputTopics = ["t"], StoreName = "s", StateDirectory = "d",
            CommitInterval = TimeSpan.FromSeconds(6),
        });

    [Fact]
    public void a_poll_may_not_be_late_before_the_session_is_over() =>
        Refused("MaxPollInterval (00:00:20) must not be below SessionTimeout (00:00:45)", new StreamsOptions
        {
            ApplicationId = "a", BootstrapServers = "b:1", InputTopics = ["t"], StoreName = "s", StateDirectory = "d",
            MaxPollInterval = TimeSpan.FromSeconds(20),
        });

    [Theory]
    [InlineData("isolation.level")]
    [InlineData("enable.auto.commit")]
    [InlineData("transactional.id")]
    [InlineData("partitioner")]
    public void a_setting_that_exactly_once_rests_on_cannot_be_overridden(string name) =>
        Refused($"'{name}' is set by the engine", new StreamsOptions
        {
            ApplicationId = "a", BootstrapServers = "b:1", InputTopics = ["t"], StoreName = "s", StateDirectory = "d",
            ClientSettings = new Dictionary<string, string> { [name] = "x" },
        });

    private static StreamsOptions Sound() => new()
    {
        ApplicationId = "a", BootstrapServers = "b:1", InputTopics = ["t"], StoreName = "s", StateDirectory = "d",
    };

    private static void Refused(string fault, StreamsOptions options) =>
        Assert.Contains(fault, Assert.Throws<ArgumentException>(options.Validate).Message);
}
