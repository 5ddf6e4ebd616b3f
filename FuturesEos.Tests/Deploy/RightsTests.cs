using Confluent.Kafka;
using FuturesEos.Cli.Deploying;
using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Deploy;

/// <summary>
/// The rights of the manifests on Apache Kafka with its own authorizer: with exactly these every program works, and
/// without any one of them its program fails, refused on that resource.
/// </summary>
[Trait("Category", "Long")]
public sealed class RightsTests
{
    private static readonly ManifestSet Set = DeployFolder.Own.Everything();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(DeployFolder.WithDebezium)]
    [InlineData(DeployFolder.WithRelay)]
    public async Task with_exactly_the_rights_of_the_manifests_the_pipeline_works_and_is_verified(string overlay)
    {
        var set = DeployFolder.Own.Everything(overlay);
        await using var system = await DeployedSystem.StartAsync(set);
        if (overlay == DeployFolder.WithDebezium) await system.StartConnectorAsync(Deadline.In(Patience));
        foreach (var service in set.Of("Deployment").Select(deployment => deployment.Name))
        {
            var pod = system.Pods.Start("Deployment " + service);
            Assert.True(await pod.BecomesReadyAsync(Deadline.In(Patience)), Report(system, pod));
        }

        var replay = system.Pods.Start("Job replay");
        Assert.True(await replay.Program.ExitAsync(Deadline.In(Patience)) == 0, Report(system, replay));
        foreach (var round in new[] { "1m", "5m", "15m" })
        {
            var generator = system.Pods.Start("CronJob signal-generator-" + round);
            Assert.True(await generator.Program.ExitAsync(Deadline.In(Patience)) == 0, Report(system, generator));
        }

        var verify = system.Pods.Start("Job verify");
        Assert.True(await verify.Program.ExitAsync(Deadline.InSeconds(150)) == 0, Report(system, verify));
        Assert.Contains("exactly once", verify.Words);
        Assert.DoesNotContain(system.Kafka.Refusals, line => !line.Contains("User:connect "));

        if (overlay == DeployFolder.WithDebezium) await EachIsNeededAsync(system, "tools", _ => LooksAsync(system));
    }

    // writing is needed by a round, and looking at what lies there by a replay
    [Theory]
    [InlineData("Write")]
    [InlineData("others")]
    public async Task without_one_of_its_rights_the_generator_fails(string operation)
    {
        await using var system = await DeployedSystem.StartAsync(Set);
        await EachIsNeededAsync(system, "signal-generator", async right =>
        {
            var pod = system.Pods.Start(
                operation == "Write" ? "CronJob signal-generator-" + right.Name.Split('.')[^1] : "Job replay");
            return await pod.Program.ExitAsync(Deadline.In(Patience)) == 0 ? null : pod.Words;
        }, which: right => operation == (right.Operation == "Write" ? "Write" : "others"));
    }

    [Fact]
    public async Task without_one_of_its_rights_the_processor_fails()
    {
        await using var system = await DeployedSystem.StartAsync(Set);
        // one that failed inside the group is waited for by the next
        system.Pods.Otherwise["Streams__SessionTimeout"] = "00:00:06";
        using var offsets = await TopicOffsets.OpenAsync(system.Unrestricted, CancellationToken.None);
        await EachIsNeededAsync(system, "signal-processor", _ => DecidesAsync(system, offsets));
    }

    [Fact]
    public async Task without_one_of_its_rights_the_order_manager_fails()
    {
        await using var system = await DeployedSystem.StartAsync(Set);
        await EachIsNeededAsync(system, "order-manager", async _ =>
        {
            var pod = system.Pods.Start("Deployment order-manager");
            var isReady = await pod.BecomesReadyAsync(Deadline.In(Standstill));
            await pod.StopAsync();
            return isReady ? null : pod.Words;
        });
    }

    [Fact]
    public async Task without_one_of_its_rights_the_relay_fails()
    {
        await using var system = await DeployedSystem.StartAsync(DeployFolder.Own.Everything(DeployFolder.WithRelay));
        using var offsets = await TopicOffsets.OpenAsync(system.Unrestricted, CancellationToken.None);
        await EachIsNeededAsync(
            system, "outbox-relay",
            async _ => await RelaysAsync(system, offsets) ?? await RelaysAsync(system, offsets, "--repair"));
    }

    [Theory]
    [InlineData("others")]
    [InlineData("Read")]
    [InlineData("Write")]
    public async Task without_one_of_its_rights_connect_fails(string onTopics)
    {
        await using var system = await DeployedSystem.StartAsync(Set);
        await system.StartConnectorAsync(Deadline.In(Patience));
        var trial = new ConnectTrial(system);
        await EachIsNeededAsync(
            system, "connect", _ => trial.RunAsync(),
            trial.RecoverAsync, right => onTopics == (right.Type == "topic" ? right.Operation : "others"));
    }

    // something was decided and something refused, from a restored store: each of its rights was used
    private static async Task<string?> DecidesAsync(DeployedSystem system, TopicOffsets offsets)
    {
        var (code, _, talk) =
            await EosProgram.RunAsync("burst", "20", "--bootstrap-servers", system.Kafka.AdminServers);
        Assert.True(code == 0, talk);
        using (var producer = new ProducerBuilder<byte[], byte[]>(system.Unrestricted.Producer()).Build())
            await producer.ProduceAsync(Topics.OfSignals.First().Name,
                new Message<byte[], byte[]> { Key = "X"u8.ToArray(), Value = "no signal"u8.ToArray() });
        var ends = await offsets.EndsAsync(
            Topics.OfSignals.SelectMany(topic => offsets.Partitions(topic.Name)), IsolationLevel.ReadCommitted);

        var pod = system.Pods.Start("Deployment signal-processor");
        return await FailureAsync(pod, async () =>
        {
            var taken = await offsets.GroupAsync(Topics.DefaultApplicationId, ends.Keys);
            return ends.All(end => taken.GetValueOrDefault(end.Key) >= end.Value);
        });
    }

    private static async Task<string?> RelaysAsync(
        DeployedSystem system, TopicOffsets offsets, params string[] arguments)
    {
        var before = await offsets.CommittedEndsAsync(Topics.Orders);
        await system.Database.AddOutboxRowAsync();
        var pod = system.Pods.Start("Deployment outbox-relay", arguments);
        return await FailureAsync(pod, () => offsets.HasCommittedAsync(system.Unrestricted, before));
    }

    // what a pod said that ended, or stood still, before its work was done; none: it was done
    private static async Task<string?> FailureAsync(DeployedPod pod, Func<Task<bool>> isDone)
    {
        var done = false;
        await Eventually.Happens(async () => pod.Program.HasExited || (done = await isDone()), Deadline.In(Standstill));
        await pod.StopAsync();
        return done ? null : pod.Words;
    }

    private static async Task<string?> LooksAsync(DeployedSystem system)
    {
        foreach (var arguments in new string[][] { [], ["lag"], ["dlq", "list"], ["doctor"] })
        {
            var pod = system.Pods.Start("Job verify", arguments);
            if (await pod.Program.ExitAsync(Deadline.In(Patience)) != 0) return pod.Words;
            if (arguments is ["lag"] && !Topics.OfSignals.All(topic => pod.Words.Contains(topic.Name)))
                return pod.Words;
        }

        return null;
    }

    private static async Task EachIsNeededAsync(
        DeployedSystem system, string user, Func<KafkaRight, Task<string?>> trial, Func<Task>? recover = null,
        Func<KafkaRight, bool>? which = null)
    {
        var rights = KafkaRight.Of(system.Set)
            .Where(right => right.User == user && which?.Invoke(right) is not false).ToList();
        Assert.NotEmpty(rights);
        Assert.Null(await trial(rights[0]));
        var needless = new List<string>();
        foreach (var right in rights)
        {
            var refusedBefore = system.Kafka.Refusals.Count();
            await system.Kafka.TakeAsync(right);
            var failure = await trial(right);
            // a topic that may not be described is left out of a list, which the broker does not log
            var isRefused = failure?.Contains(right.Name) == true
                || system.Kafka.Refusals.Skip(refusedBefore).Any(line => IsAbout(line, right));
            await system.Kafka.GiveAsync(right);
            TestContext.Current.TestOutputHelper?.WriteLine($"without {right}: {Reason(failure)}");
            if (failure is null) needless.Add($"{right}: nothing fails without it");
            else if (!isRefused) needless.Add($"{right}: it is not for want of it that this fails: {failure}");
            if (failure is not null && recover is not null) await recover();
        }

        Assert.True(needless.Count == 0, string.Join('\n', needless));
        // what failed was for want of the right, not of something that broke on the way
        Assert.Null(await trial(rights[0]));
    }

    private static bool IsAbout(string refusal, KafkaRight right) =>
        refusal.Contains($"User:{right.User} ") && refusal.Contains($":LITERAL:{right.Name}");

    private static string Reason(string? failure) => failure is null
        ? "nothing fails"
        : failure.Split('\n').LastOrDefault(line => line.Contains("uthoriz")) ?? failure.Trim().Split('\n')[^1];

    private static string Report(DeployedSystem system, DeployedPod pod) =>
        pod.Words + string.Join(
            '\n', system.Kafka.Refusals.Select(line => line[..Math.Min(line.Length, 250)]).Distinct().TakeLast(20));
}
