namespace FuturesEos.Cli.Deploying;

/// <summary>
/// Every command that turns a machine with Docker into a running, proven pipeline, in order. Data: the command runs it,
/// a dry run prints it, tests read it. Each step may be repeated.
/// </summary>
internal static class KindPlan
{
    /// <summary>Programs that it calls.</summary>
    public static IReadOnlyList<string> Programs { get; } = ["docker", "kind", "kubectl", "helm"];

    /// <summary>Version of Strimzi's chart.</summary>
    public const string StrimziVersion = "1.2.0";

    /// <summary>Version of our images.</summary>
    public const string ImageVersion = "0.1.0";

    private const string Cluster = "futures-eos";
    private const string Registry = "futures-eos-registry";
    private const string RegistryAddress = "localhost:5001";
    private const string RegistryImage = "docker.io/library/registry:2.8.3";
    private const string Chart = "oci://quay.io/strimzi-helm/strimzi-kafka-operator";
    private const string CertsFolder = "/etc/containerd/certs.d/" + RegistryAddress;

    // the names that Kind gives the nodes of deploy/kind/cluster.yaml
    private static readonly string[] Nodes = ["control-plane", "worker", "worker2", "worker3"];

    private static readonly (string Name, string Project, string Folder)[] Always =
    [
        ("signal-generator", "FuturesEos.SignalGenerator", "."),
        ("signal-processor", "FuturesEos.SignalProcessor", "."),
        ("order-manager", "FuturesEos.OrderManager", "."),
        ("tools", "FuturesEos.Cli", "tools"),
    ];

    private static readonly (string Name, string Project, string Folder) Relay =
        ("outbox-relay", "FuturesEos.OutboxRelay", ".");

    /// <summary>The plan.</summary>
    /// <param name="folder">deploy/.</param>
    /// <param name="rendered">Folder with the rendered overlay, one file a phase.</param>
    /// <param name="overlay">Which overlay that is: with Debezium or with the relay.</param>
    public static IReadOnlyList<PlanStep> Create(DeployFolder folder, string rendered, string overlay)
    {
        var withRelay = overlay == DeployFolder.WithRelay;
        return [.. MakeCluster(folder), .. BuildImages(folder, withRelay), .. Apply(folder, rendered, withRelay),
            .. Prove(folder, rendered)];
    }

    /// <summary>Takes the cluster and its registry away.</summary>
    public static IReadOnlyList<PlanStep> Delete() =>
    [
        new("delete the cluster", "kind", "delete", "cluster", "--name", Cluster),
        new("delete the registry", "docker", "rm", "--force", Registry),
    ];

    private static IEnumerable<PlanStep> MakeCluster(DeployFolder folder)
    {
        yield return new("create the cluster",
            "kind", "create", "cluster", "--config", folder.At("kind", "cluster.yaml"), "--wait", "180s")
        {
            Unless = new("", "docker", "inspect", $"{Cluster}-control-plane"),
        };
        yield return Kubectl("use it", "config", "use-context", $"kind-{Cluster}");
        yield return new(
            "start the registry", "docker", "run", "--detach", "--restart", "unless-stopped", "--name", Registry,
            "--publish", "127.0.0.1:5001:5000", "--network", "kind", RegistryImage)
        {
            Unless = new("", "docker", "inspect", Registry),
        };
        foreach (var node in Nodes.Select(name => $"{Cluster}-{name}"))
        {
            yield return new($"tell {node} of the registry", "docker", "exec", node, "mkdir", "-p", CertsFolder);
            yield return new($"tell {node} of the registry",
                "docker", "cp", folder.At("kind", "hosts.toml"), $"{node}:{CertsFolder}/hosts.toml");
        }

        yield return ApplyFile("tell tools of the registry", folder.At("kind", "registry.yaml"));
    }

    private static IEnumerable<PlanStep> BuildImages(DeployFolder folder, bool withRelay)
    {
        var source = Path.GetDirectoryName(folder.Path)!;
        (string Name, string Project, string Folder)[] ours = withRelay ? [.. Always, Relay] : Always;
        foreach (var (name, project, below) in ours)
        {
            yield return new(
                $"build image {name}", "docker", "build", "--file", folder.At("images", "service.Dockerfile"),
                "--build-arg", $"PROJECT={project}", "--build-arg", $"FOLDER={below}", "--tag", ImageOf(name), source);
        }

        if (!withRelay)
        {
            yield return new("build image connect", "docker", "build",
                "--file", folder.At("images", "connect.Dockerfile"), "--tag", ImageOf("connect"), folder.At("images"));
        }

        foreach (var name in ours.Select(image => image.Name).Concat(withRelay ? [] : ["connect"]))
            yield return new($"push image {name}", "docker", "push", ImageOf(name));
    }

    private static IEnumerable<PlanStep> Apply(DeployFolder folder, string rendered, bool withRelay)
    {
        PlanStep Phase(string title, string phase) => ApplyFile(title, Path.Combine(rendered, phase + ".yaml"));
        yield return Phase("namespace, accounts, settings, policies", Phases.Foundation);
        yield return new($"Strimzi's operator {StrimziVersion}",
            "helm", "upgrade", "--install", "strimzi", Chart, "--version", StrimziVersion,
            "--namespace", "strimzi", "--create-namespace",
            "--values", folder.At("strimzi", "operator-values.yaml"), "--wait", "--timeout", "5m");
        yield return Kubectl("passwords of the database", "apply", "--filename", "-") with
        {
            Input = DatabaseSecrets.NewDocuments,
            Unless = Kubectl("", ["get", "secret", "--namespace", DeployFolder.Namespace, .. DatabaseSecrets.Names]),
        };
        yield return Phase("brokers, topics, users", Phases.Kafka);
        yield return Wait("Kafka is ready", "Ready", "kafka/trading", 600);
        yield return Wait("topics are there", "Ready", "kafkatopic --all", 180);
        yield return Wait("users are there", "Ready", "kafkauser --all", 180);
        yield return Kubectl("a Job cannot be changed: old ones go", "delete", "job", "migrate", "replay", "verify",
            "--namespace", DeployFolder.Namespace, "--ignore-not-found");
        yield return Phase("PostgreSQL and its migration", Phases.Database);
        yield return Wait("schema, roles, publication and slot are there", "Complete", "job/migrate", 600);
        if (!withRelay)
        {
            yield return Phase("Connect and the connector", Phases.Connect);
            yield return Wait("Connect is ready", "Ready", "kafkaconnect/trading", 600);
            yield return Wait("the connector runs", "Ready", "kafkaconnector/outbox", 180);
        }

        string[] services = ["signal-processor", "order-manager", .. withRelay ? [Relay.Name] : Array.Empty<string>()];
        yield return Phase(string.Join(", ", services), Phases.Services);
        foreach (var service in services)
            yield return Kubectl($"{service} is ready", "rollout",
                "status", $"deployment/{service}", "--namespace", DeployFolder.Namespace, "--timeout", "300s");
    }

    private static IEnumerable<PlanStep> Prove(DeployFolder folder, string rendered)
    {
        yield return Kubectl("replay the sample", "apply", "--kustomize", folder.At("proof", "replay"));
        yield return Wait("the sample is sent", "Complete", "job/replay", 300);
        yield return Kubectl("verify", "apply", "--kustomize", folder.At("proof", "verify"));
        yield return Wait("the verdict", "Complete", "job/verify", 600);
        yield return Kubectl(
            "what it found", "logs", "job/verify", "--namespace", DeployFolder.Namespace) with
        { IsResult = true };
        yield return ApplyFile(
            "the generators, every 1, 5 and 15 minutes", Path.Combine(rendered, Phases.Generators + ".yaml"));
    }

    private static string ImageOf(string name) => $"{RegistryAddress}/futures-eos/{name}:{ImageVersion}";

    private static PlanStep Kubectl(string title, params string[] arguments) => new(title, "kubectl", arguments);

    private static PlanStep ApplyFile(string title, string file) => Kubectl(title, "apply", "--filename", file);

    private static PlanStep Wait(string title, string condition, string what, int seconds) => Kubectl(
        title, ["wait", .. what.Split(' '), $"--for=condition={condition}", "--namespace", DeployFolder.Namespace,
            $"--timeout={seconds}s"]);
}
