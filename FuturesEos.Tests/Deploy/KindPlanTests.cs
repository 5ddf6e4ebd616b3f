using FuturesEos.Cli.Deploying;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Deploy;

/// <summary>The plan of <c>eos deploy kind</c> names what exists, in an order that works, and no secret.</summary>
public class KindPlanTests
{
    private static readonly string Rendered = Path.Combine(Path.GetTempPath(), "rendered");
    private static readonly IReadOnlyList<PlanStep> Plan = PlanOf(DeployFolder.WithDebezium);

    public static TheoryData<string> Overlays => [DeployFolder.WithDebezium, DeployFolder.WithRelay];

    [Fact]
    public void every_file_that_the_plan_names_is_there()
    {
        var files = Plan.SelectMany(step => step.Arguments)
            .Where(a => a.StartsWith(DeployFolder.Own.Path, StringComparison.Ordinal));
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.True(Path.Exists(file), file));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void every_phase_of_the_overlay_is_applied_once_in_order(string overlay)
    {
        var applied = PlanOf(overlay).SelectMany(step => step.Arguments)
            .Where(a => a.StartsWith(Rendered, StringComparison.Ordinal)).Select(a => Path.GetFileName(a)).ToList();
        Assert.Equal(Phases.Files(DeployFolder.Own.Overlay(overlay)).Select(file => file.Name), applied);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void every_image_of_ours_is_built_and_pushed_before_anything_is_applied(string overlay)
    {
        var plan = PlanOf(overlay);
        var needed = DeployFolder.Own.Everything(overlay).All
            .SelectMany(m => Tree.Members(m.Node)).Where(m => m.Name == "image")
            .Select(m => $"{m.Value}")
            .Where(i => i.StartsWith("localhost:5001/", StringComparison.Ordinal)).Distinct().Order();
        var pushed = plan.Where(step => step.Arguments is ["push", ..]).Select(step => step.Arguments[1]).Order();
        var built = plan.Where(step => step.Arguments is ["build", ..]).SelectMany(step => step.Arguments)
            .Where(a => a.StartsWith("localhost:5001/", StringComparison.Ordinal)).Order();
        Assert.Equal(needed, pushed);
        Assert.Equal(needed, built);
        var titles = plan.Select(step => step.ToString()).ToList();
        Assert.True(
            titles.FindLastIndex(t => t.Contains(" push ")) < titles.FindIndex(t => t.Contains(Phases.Foundation)));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void what_is_waited_for_exists(string overlay)
    {
        var set = DeployFolder.Own.Everything(overlay);
        var waited = PlanOf(overlay).Where(step => step.Arguments is ["wait", ..] or ["rollout", ..])
            .Select(step => step.Arguments[0] == "wait" ? step.Arguments[1] : step.Arguments[2]).ToList();
        Assert.Contains("kafka/trading", waited);
        foreach (var what in waited.Select(w => w.Split('/')))
            Assert.Contains(set.All, m => m.Kind.Equals(what[0], StringComparison.OrdinalIgnoreCase)
                && (what.Length == 1 || m.Name == what[1]));
    }

    [Fact]
    public void the_nodes_that_learn_of_the_registry_are_those_of_the_cluster()
    {
        var cluster =
            YamlText.Read(File.ReadAllText(DeployFolder.Own.At("kind", "cluster.yaml")), "cluster.yaml").Single();
        var workers = 0;
        var nodes = Tree.Items(cluster, "nodes").Select(node => Tree.Text(node, "role") switch
        {
            "worker" => ++workers == 1 ? "futures-eos-worker" : $"futures-eos-worker{workers}",
            var role => $"futures-eos-{role}",
        });
        Assert.Equal(nodes, Plan.Where(step => step.Arguments is ["exec", ..]).Select(step => step.Arguments[1]));
    }

    [Fact]
    public void passwords_go_through_standard_input_and_are_new_each_time()
    {
        var step = Plan.Single(step => step.Input is not null);
        var (first, second) = (step.Input!(), step.Input!());
        Assert.NotEqual(first, second);
        var secrets = YamlText.Read(first, "").ConvertAll(document => new Manifest(document));
        Assert.Equal(DatabaseSecrets.Names, secrets.Select(secret => secret.Name));
        Assert.All(secrets, secret => Assert.Equal(40, Tree.Text(secret.Node, "stringData", "password")!.Length));
        Assert.All(Plan, other => Assert.DoesNotContain("password=", other.ToString()));
    }

    [Fact]
    public async Task a_machine_without_the_programs_is_told_so_in_one_sentence()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, _, talk) = await ChildProgram.RunAsync(
            Installation.Executable("FuturesEos.Cli"), ["deploy", "kind"],
            new Dictionary<string, string?> { ["PATH"] = folder.Path }, Deadline.In(Deadline.Usual));
        Assert.Equal(3, exitCode);
        Assert.Contains("docker and kind and kubectl and helm are not on the PATH", talk);
        Assert.Single(talk.Trim().Split('\n'));
    }

    [Fact]
    public async Task render_writes_everything_and_check_finds_nothing()
    {
        using var folder = new TemporaryFolder();
        var render = await EosProgram.RunAsync("deploy", "render", "--output", folder.Path);
        Assert.Equal(0, render.ExitCode);
        Assert.Equal(Phases.Files(DeployFolder.Own.Overlay("kind")).Select(f => f.Name),
            Directory.GetFiles(folder.Path).Select(f => Path.GetFileName(f)).Order());
        var check = await EosProgram.RunAsync("deploy", "check", "--json");
        Assert.Equal(0, check.ExitCode);
        Assert.Contains("\"problems\":[]", check.Data.Replace(" ", ""));
    }

    private static IReadOnlyList<PlanStep> PlanOf(string overlay) =>
        KindPlan.Create(DeployFolder.Own, Rendered, overlay);
}
