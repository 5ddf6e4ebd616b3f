using System.Text.Json.Nodes;
using FuturesEos.Cli.Deploying;
using FuturesEos.Cli.Pipeline;
using FuturesEos.LocalPostgres;
using FuturesEos.Tests.Architecture;
using FuturesEos.Tests.Support;
using FuturesEos.Topology;

namespace FuturesEos.Tests.Deploy;

/// <summary>
/// Pods of the manifests, started as programs: each gets the arguments and variables of its container, with this
/// machine's addresses in place of the cluster's.
/// </summary>
internal sealed class DeployedPods(ManifestSet set, DeployedKafka kafka, DeployedDatabase database) : IDisposable
{
    private readonly TemporaryFolder _folder = new("pods-");
    private readonly List<ChildProgram> _started = [];
    private int _states;

    /// <summary>Variables that a test sets otherwise, to wait less.</summary>
    public Dictionary<string, string> Otherwise { get; } = [];

    /// <summary>Starts the first container of a document: <c>Deployment order-manager</c>.</summary>
    public DeployedPod Start(string document, params string[] otherArguments)
    {
        var container =
            Tree.Items(set.All.Single(m => m.ToString() == document).PodTemplate, "spec", "containers").First();
        var arguments = otherArguments.Length > 0 ? otherArguments : Tree.Texts(container, "args").Select(Here);
        var http = FreePort.Choose();
        var state = _folder.In($"state-{++_states}");
        var environment = VariablesOf(container).ToDictionary(
            variable => variable.Key,
            string? (variable) => Here(variable.Value)
                .Replace("0.0.0.0:8080", $"127.0.0.1:{http}").Replace("/var/lib/futures-eos/state", state));
        foreach (var (name, value) in Otherwise) environment[name] = value;
        var program = ChildProgram.Start(
            Installation.Executable(ProjectOf(Tree.Text(container, "image")!)), arguments, environment);
        _started.Add(program);
        return new DeployedPod(program, http);
    }

    /// <summary>The variables that a container of any document is given, with the cluster's addresses.</summary>
    public Dictionary<string, string> VariablesOf(JsonNode container)
    {
        var variables = new Dictionary<string, string>();
        foreach (var from in Tree.Items(container, "envFrom"))
        {
            var map = set.Find("ConfigMap", Tree.Text(from, "configMapRef", "name")!)!;
            foreach (var (name, value) in Tree.Map(map.Node, "data")) variables[name] = value;
        }

        foreach (var variable in Tree.Items(container, "env"))
        {
            variables[Tree.Text(variable, "name")!] = Tree.Text(variable, "value")
                ?? Secret(Tree.Text(variable, "valueFrom", "secretKeyRef", "name")!);
        }

        return variables;
    }

    /// <summary>What a Secret holds under <c>password</c>.</summary>
    public string Secret(string name) =>
        DatabaseSecrets.Names.Contains(name)
            ? database.PasswordOf(name) : DeployedKafka.PasswordOf(set.Find("KafkaUser", name)!.Name);

    public void Dispose()
    {
        foreach (var program in _started) program.Dispose();
        _folder.Dispose();
    }

    private string Here(string value) => value
        .Replace(PublishedSystem.BootstrapServers, kafka.BootstrapServers)
        .Replace("Host=postgres;Port=5432", $"Host=127.0.0.1;Port={database.Port}")
        .Replace("/etc/kafka-ca/ca.crt", kafka.CaFile)
        .Replace("/app/samples", Path.Combine(SourceTree.Root, "samples"))
        .Replace("/tmp/eos", _folder.In("eos"));

    // localhost:5001/futures-eos/order-manager:0.1.0
    private static string ProjectOf(string image) => image.Split('/')[^1].Split(':')[0] switch
    {
        "tools" => "FuturesEos.Cli",
        "outbox-relay" => "FuturesEos.OutboxRelay",
        var name => PublishedSystem.Services.Single(service => service.Name == name).Project,
    };
}
