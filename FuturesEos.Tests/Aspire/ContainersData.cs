using Confluent.Kafka;
using FuturesEos.AppHost;
using FuturesEos.Tests.Support;
using FuturesEos.Topology;
using Npgsql;

namespace FuturesEos.Tests.Aspire;

/// <summary>Data of one test: a folder and the volumes that belong to it, gone at the end.</summary>
internal sealed class ContainersData : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private string? _holder;

    public string Folder => _folder.Path;

    /// <summary>The containers that have a volume: name and published ports.</summary>
    /// <param name="options">Of the AppHost.</param>
    /// <param name="of">Whose volume.</param>
    /// <param name="scope">Of <c>docker ps</c>: <c>--all</c> shows those that have ended too.</param>
    public Task<IReadOnlyList<string>> ContainersAsync(TopologyOptions options, string of, params string[] scope) =>
        ContainerEngine.DockerAsync(
            ["ps", .. scope, "--format", "{{.Names}} {{.Ports}}", "--filter", $"volume={Of(options).Volume(of)}"]);

    /// <summary>Runs a container that has a volume and does nothing.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> HoldAsync(TopologyOptions options, string of)
    {
        var name = $"holder-{Guid.NewGuid().ToString("N")[..8]}";
        await ContainerEngine.DockerAsync(
            "run", "--detach", "--name", name, "--network", "none", "--volume", $"{Of(options).Volume(of)}:/held",
            "--entrypoint", "sleep", $"postgres:{Images.PostgresTag}", "600");
        _holder = name;
        return name;
    }

    /// <summary>Whether PostgreSQL takes the password that the folder has for it.</summary>
    public async Task<bool> CanLogInAsync(TopologyOptions options)
    {
        if (await PortAsync(options, "postgres") is not { } port) return false;
        var server = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = port, Pooling = false,
            Username = "postgres", Password = Of(options).Password("postgres-password"),
            Database = DatabaseServer.Database,
        };
        try
        {
            return await PostgresForTests.ScalarAsync(server.ConnectionString, "SELECT 1::bigint") == 1;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>Whether the first broker answers.</summary>
    public async Task<bool> BrokerAnswersAsync(TopologyOptions options)
    {
        if (await PortAsync(options, "kafka-1") is not { } port) return false;
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = $"127.0.0.1:{port}" })
            .SetLogHandler((_, _) => { }).Build();
        try
        {
            return admin.GetMetadata(TimeSpan.FromSeconds(2)).Brokers.Count == 1;
        }
        catch (KafkaException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // the test may have removed it
        if (_holder is not null) await ChildProgram.RunAsync("docker", ["rm", "--force", _holder]);
        var ending = Of(TopologyOptions.Parse(Infrastructure.Containers, null, null)).Volume("").Split('-')[^1];
        // whoever used them may still be about to remove its containers
        await Eventually.True(
            () => RemoveVolumesAsync(ending), Deadline.In(StopPatience), "the volumes can be removed");
        _folder.Dispose();
    }

    private static async Task<bool> RemoveVolumesAsync(string ending)
    {
        var volumes = await ContainerEngine.DockerAsync("volume", "ls", "-q", "--filter", $"name={ending}");
        if (volumes.Count == 0) return true;
        var (code, _, _) = await ChildProgram.RunAsync(
            "docker", ["volume", "rm", .. volumes], deadline: Deadline.In(StopPatience));
        return code == 0;
    }

    // postgres-fvqtmdnj 127.0.0.1:32772->5432/tcp
    private async Task<int?> PortAsync(TopologyOptions options, string of) =>
        (await ContainersAsync(options, of)).FirstOrDefault(text => text.Contains("->")) is { } published
            ? int.Parse(published.Split("->")[0].Split(':')[1]) : null;

    private LocalData Of(TopologyOptions options) => new(Folder, options);
}
