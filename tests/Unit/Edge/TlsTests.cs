using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Contracts.Loop;
using Sametime.Contracts.Wire;
using Sametime.Contracts.Wire.Session;
using Sametime.Edge;
using Sametime.Edge.Clients;
using Sametime.Edge.Limits;
using Sametime.Edge.Links;
using Sametime.Edge.Listeners;
using Sametime.Tests.Kit.Clients;
using Sametime.Tests.Kit.Ends;
using Sametime.Tests.Kit.Loop;
using Sametime.Tests.Kit.Services;
using Sametime.Tests.Unit.Edge.Support;
using Xunit;

namespace Sametime.Tests.Unit.Edge;

/// <summary>Which TLS the community port speaks, and with which certificate.</summary>
public sealed class TlsTests : IDisposable
{
    private const string Password = "open sesame";

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-tls-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task TLS_1_2_and_1_3_are_spoken(SslProtocols version)
    {
        await using var port = await Port.OpenAsync(new EdgeOptions());
        using var client = await port.ConnectAsync();
        await port.SecureAsync(client, version);
        await client.HandshakeAsync();
    }

    [Fact]
    public async Task TLS_1_1_is_refused()
    {
        await using var port = await Port.OpenAsync(new EdgeOptions());

        // A hello of that version as old clients say it: the local platform may not even be able to.
        using var old = await port.ConnectAsync();
        await old.SendBytesAsync(OldHello());
        var alert = await old.ReadToEndAsync();
        Assert.Equal((0x15, 7, 70), (alert[0], alert.Length, alert[6])); // an alert record: protocol version
    }

    [Fact]
    public async Task Where_TLS_is_required_others_are_told_at_their_Handshake()
    {
        await using var port = await Port.OpenAsync(new EdgeOptions { Tls = TlsMode.Required });
        using var plain = await port.ConnectAsync();
        await plain.SendAsync(new Handshake());
        Assert.Equal(Reason.EncryptionMismatch, await plain.EndReasonAsync());

        using var inside = await port.ConnectAsync();
        await port.SecureAsync(inside);
        await inside.HandshakeAsync();
    }

    [Fact]
    public async Task Where_TLS_is_off_a_hello_is_closed_without_a_reply()
    {
        await using var port = await Port.OpenAsync(new EdgeOptions { Tls = TlsMode.Off });
        using var client = await port.ConnectAsync();
        await client.SendBytesAsync(OldHello());
        Assert.Empty(await client.ReadToEndAsync());
        using var plain = await port.ConnectAsync();
        await plain.HandshakeAsync();
    }

    [Fact]
    public async Task A_hello_may_come_in_pieces_and_is_waited_for_until_its_time_is_over()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var port = await Port.OpenAsync(new EdgeOptions(), new LimitsOptions { TlsTimeout = TimeSpan.FromSeconds(3) }, clock);
        using var client = await port.ConnectAsync();
        await client.SendBytesAsync(OldHello().AsMemory(0, 20));
        await port.UntilAsync(static edge => edge.ListConnections() is [{ State: nameof(ClientState.TlsHello) }]);
        await port.PassAsync(seconds: 2);
        Assert.Equal(nameof(ClientState.TlsHello), await port.AskAsync(static edge => Assert.Single(edge.ListConnections()).State));
        Assert.Equal(0, await port.AskAsync(static edge => edge.Counters.ClosedUnspoken));
        await port.PassAsync(seconds: 1);
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal(1, await port.AskAsync(static edge => edge.Counters.ClosedUnspoken));
    }

    [Fact]
    public async Task What_is_sent_right_before_the_end_is_still_read()
    {
        await using var port = await Port.OpenAsync(new EdgeOptions());
        var client = await port.ConnectAsync();
        await port.SecureAsync(client);
        await client.HandshakeAsync();
        await client.SendAsync(new Login(ClientType.Meanwhile, "alice", [1], AuthType.Token));
        client.Dispose();
        await port.UntilAsync(static edge => edge.Counters.FramesIn == 2);
    }

    [Theory]
    [InlineData("pfx", "")]
    [InlineData("pfx", Password)]
    [InlineData("pem", "")]
    [InlineData("pem with key file", "")]
    [InlineData("pem with key file", Password)]
    public async Task A_certificate_is_read_from_a_file(string form, string password)
    {
        var options = new EdgeOptions { CertificatePassword = password };
        var made = Write(options, form);
        await using var port = await Port.OpenAsync(options);
        using var client = await port.ConnectAsync();
        Assert.Equal(made, await port.SecureAsync(client));
    }

    [Theory]
    [InlineData("pfx")]
    [InlineData("pem")]
    public async Task The_certificates_between_ours_and_the_root_are_sent_along(string form)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Between", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=Root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = rootRequest.CreateSelfSigned(now.AddDays(-3), now.AddDays(999));
        using var bareAuthority = authorityRequest.Create(root, now.AddDays(-2), now.AddDays(99), [2]);
        using var authority = bareAuthority.CopyWithPrivateKey(authorityKey);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var bare = new CertificateRequest("CN=chat.example.org", key, HashAlgorithmName.SHA256).Create(authority, now.AddDays(-1), now.AddDays(90), [1]);
        using var certificate = bare.CopyWithPrivateKey(key);
        var options = new EdgeOptions { CertificatePath = Path.Combine(_folder, "chain") };
        if (form == "pfx")
        {
            using var publicPart = X509CertificateLoader.LoadCertificate(authority.RawData);
            File.WriteAllBytes(options.CertificatePath, new X509Certificate2Collection { certificate, publicPart }.Export(X509ContentType.Pfx)!);
        }
        else
        {
            File.WriteAllText(options.CertificatePath, $"{certificate.ExportCertificatePem()}\n{authority.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        }

        var source = new CertificateSource(options, new EdgeLog(NullLogger.Instance), TimeProvider.System);
        Assert.Equal("CN=Between", Assert.Single(source.Tls.ServerCertificateContext!.IntermediateCertificates).Subject);
        await using var port = await Port.OpenAsync(options);
        using var client = await port.ConnectAsync();
        Assert.Equal(certificate.GetCertHashString(HashAlgorithmName.SHA256), await port.SecureAsync(client));
    }

    [Fact]
    public void A_certificate_that_cannot_be_used_is_one_clear_sentence()
    {
        var options = new EdgeOptions { CertificatePath = Path.Combine(_folder, "bad.pem") };
        var log = new EdgeLog(NullLogger.Instance);
        var missing = Assert.Throws<InvalidOperationException>(() => new CertificateSource(options, log, TimeProvider.System));
        File.WriteAllText(options.CertificatePath, "no certificate");
        var broken = Assert.Throws<InvalidOperationException>(() => new CertificateSource(options, log, TimeProvider.System));
        Assert.All([missing, broken], error => Assert.StartsWith($"The TLS certificate in {options.CertificatePath} cannot be used: ", error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_that_is_replaced_after_its_certificate_is_taken_with_it()
    {
        var options = new EdgeOptions();
        var first = Write(options, "pem with key file");
        var source = new CertificateSource(options, new EdgeLog(NullLogger.Instance), TimeProvider.System);
        var oldKey = File.ReadAllText(options.CertificateKeyPath);
        var second = Write(options, "pem with key file");
        var newKey = File.ReadAllText(options.CertificateKeyPath);
        File.WriteAllText(options.CertificateKeyPath, oldKey);
        Touch(options, minutes: 1);
        source.Refresh();
        Assert.Equal(first, source.Fingerprint);

        File.WriteAllText(options.CertificateKeyPath, newKey);
        File.SetLastWriteTimeUtc(options.CertificateKeyPath, new DateTime(2026, 1, 1, 0, 5, 0, DateTimeKind.Utc));
        source.Refresh();
        Assert.Equal(second, source.Fingerprint);
    }

    [Fact]
    public void A_changed_file_is_taken_into_use_and_a_broken_one_is_not()
    {
        var options = new EdgeOptions();
        var first = Write(options, "pem");
        var source = new CertificateSource(options, new EdgeLog(NullLogger.Instance), TimeProvider.System);
        Assert.Equal(first, source.Fingerprint);

        var second = Write(options, "pem");
        Touch(options, minutes: 1);
        source.Refresh();
        Assert.Equal(second, source.Fingerprint);

        File.WriteAllText(options.CertificatePath, "no certificate");
        Touch(options, minutes: 2);
        source.Refresh();
        Assert.Equal(second, source.Fingerprint);

        var third = Write(options, "pem");
        Touch(options, minutes: 3);
        source.Refresh();
        Assert.Equal(third, source.Fingerprint);
    }

    [Fact]
    public void A_running_Edge_looks_at_its_certificate_once_a_minute()
    {
        var written = new EdgeOptions();
        var first = Write(written, "pem");
        using var world = new EdgeWorld(options: options => (options.Tls, options.CertificatePath) = (TlsMode.Preferred, written.CertificatePath));
        world.Pass(2);
        Assert.Equal(first, world.Edge.CertificateFingerprint);
        var second = Write(written, "pem");
        Touch(written, minutes: 1);
        world.Pass(58);
        Assert.Equal(first, world.Edge.CertificateFingerprint);
        world.Pass(2);
        Assert.Equal(second, world.Edge.CertificateFingerprint);
    }

    [Fact]
    public void A_self_made_certificate_outlives_a_restart_and_is_made_anew_before_it_ends()
    {
        var options = new EdgeOptions { DataFolder = _folder };
        var log = new EdgeLog(NullLogger.Instance);
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var first = new CertificateSource(options, log, clock).Fingerprint;
        Assert.Equal(first, new CertificateSource(options, log, clock).Fingerprint);

        clock.Advance(TimeSpan.FromDays(397 - CertificateSource.RenewalDays));
        Assert.NotEqual(first, new CertificateSource(options, log, clock).Fingerprint);
    }

    [Fact]
    public void A_self_made_certificate_is_made_anew_before_it_ends_also_while_the_server_runs()
    {
        var options = new EdgeOptions { DataFolder = _folder };
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var source = new CertificateSource(options, new EdgeLog(NullLogger.Instance), clock);
        var first = source.Fingerprint;
        clock.Advance(TimeSpan.FromDays(396 - CertificateSource.RenewalDays));
        source.Refresh();
        Assert.Equal(first, source.Fingerprint);

        clock.Advance(TimeSpan.FromDays(2));
        source.Refresh();
        Assert.NotEqual(first, source.Fingerprint);
        Assert.InRange(source.DaysLeft, CertificateSource.RenewalDays, 397);
    }

    [Fact]
    public void A_certificate_that_ends_soon_is_warned_of_once_a_day()
    {
        var options = new EdgeOptions();
        Write(options, "pem");
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var log = new LogLines();
        var source = new CertificateSource(options, new EdgeLog(log), clock);
        clock.Advance(TimeSpan.FromDays(source.DaysLeft - CertificateSource.RenewalDays));
        source.Refresh();
        Assert.Empty(log.Lines);

        for (var hour = 0; hour < 48; hour++)
        {
            clock.Advance(TimeSpan.FromHours(1));
            source.Refresh();
        }

        Assert.Equal(
            ["The TLS certificate expires in 20 days.", "The TLS certificate expires in 19 days."], log.Lines.Select(static line => line.Text));
    }

    // The times of two writes may be too close together for the file system to tell.
    private static void Touch(EdgeOptions options, int minutes) =>
        File.SetLastWriteTimeUtc(options.CertificatePath, new DateTime(2026, 1, 1, 0, minutes, 0, DateTimeKind.Utc));

    private string Write(EdgeOptions options, string form)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=chat.example.org", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(90));
        var password = options.CertificatePassword;
        var keyPem = password.Length == 0
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        options.CertificatePath = Path.Combine(_folder, form == "pfx" ? "server.pfx" : "server.pem");
        if (form == "pfx")
        {
            File.WriteAllBytes(options.CertificatePath, certificate.Export(X509ContentType.Pfx, password));
        }
        else if (form == "pem")
        {
            File.WriteAllText(options.CertificatePath, certificate.ExportCertificatePem() + "\n" + keyPem + "\n");
        }
        else
        {
            options.CertificateKeyPath = Path.Combine(_folder, "server.key");
            File.WriteAllText(options.CertificatePath, certificate.ExportCertificatePem());
            File.WriteAllText(options.CertificateKeyPath, keyPem);
        }
        return certificate.GetCertHashString(HashAlgorithmName.SHA256);
    }

    // A whole ClientHello of TLS 1.1: one cipher suite of its time, no extensions.
    private static byte[] OldHello() =>
    [
        0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2, .. Enumerable.Repeat((byte)0x5a, 32), 0, 0, 2, 0, 0x2f, 1, 0,
    ];

    /// <summary>An Edge with a real community port and a hub that the test plays.</summary>
    private sealed class Port : IAsyncDisposable
    {
        private readonly List<Exception> _errors = [];
        private readonly HubEnd _hub = new();
        private readonly EventLoop _loop;
        private readonly EdgeServer _edge;
        private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider? _clock;

        private Port(EdgeOptions options, LimitsOptions? limits, Microsoft.Extensions.Time.Testing.FakeTimeProvider? clock)
        {
            options.Port = 0;
            _clock = clock;
            _loop = new EventLoop("TLS under test", _errors.Add, clock);
            _edge = new EdgeServer(_loop, options, limits ?? new LimitsOptions(), [new Upstream("hub-1", _hub)], EdgeWorld.AnywherePolicy, NullLogger<EdgeServer>.Instance);
        }

        public static async Task<Port> OpenAsync(
            EdgeOptions options, LimitsOptions? limits = null, Microsoft.Extensions.Time.Testing.FakeTimeProvider? clock = null)
        {
            var port = new Port(options, limits, clock);
            await port._edge.StartAsync().ForAsync(Stop);
            return port;
        }

        public Task<RawClient> ConnectAsync() => RawClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _edge.Port), Stop);

        /// <summary>Does the TLS handshake; the fingerprint of what the server has shown.</summary>
        public async Task<string> SecureAsync(RawClient client, SslProtocols version = SslProtocols.None)
        {
            string? shown = null;
            await client.WrapAsync(
                static stream => new SslStream(stream),
                tls => tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = "localhost",
                        EnabledSslProtocols = version,
                        RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                            (shown = certificate!.GetCertHashString(HashAlgorithmName.SHA256)) == _edge.CertificateFingerprint,
                    },
                    Stop));
            return shown!;
        }

        public Task<T> AskAsync<T>(Func<EdgeServer, T> ask) => _loop.AskAsync(() => ask(_edge));

        /// <summary>Moves the clock second by second, each with its sweep.</summary>
        public async Task PassAsync(int seconds)
        {
            for (var second = 0; second < seconds; second++)
            {
                _clock!.Advance(TimeSpan.FromSeconds(1));
                await _loop.AskAsync(static () => { });
            }
        }

        /// <summary>Looks anew in each turn, whatever brings it about.</summary>
        public async Task UntilAsync(Func<EdgeServer, bool> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "")
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            patience.CancelAfter(Waits.Patience);
            while (!await AskAsync(isSo))
            {
                if (patience.IsCancellationRequested)
                    throw new TimeoutException($"Waited {Waits.Patience.TotalSeconds} s in vain for: {what}");
                await Task.Delay(5, Stop);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _edge.DisposeAsync().ForAsync(CancellationToken.None);
            _loop.Dispose();
            Assert.Empty(_errors);
        }
    }
}
