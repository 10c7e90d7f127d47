using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sametime.Edge.Listeners;

/// <summary>
/// The certificate that TLS shows: from a PFX or PEM file, read again when the file changes, or self-made for this machine, made
/// anew before it ends. Opened sessions keep the certificate they began with.
/// </summary>
internal sealed class CertificateSource
{
    /// <summary>Days before its end that a self-made certificate is made anew and any other is warned of.</summary>
    public const int RenewalDays = 21;

    private const string SelfMadeFile = "edge-certificate.pfx";
    private static readonly TimeSpan SelfMadeLifetime = TimeSpan.FromDays(397);

    private readonly EdgeOptions _options;
    private readonly EdgeLog _log;
    private readonly TimeProvider _time;
    private readonly X509Certificate2Collection _chain = [];
    private (DateTime Certificate, DateTime Key) _written;
    private X509Certificate2 _certificate;
    private int? _daysWarnedOf;

    /// <summary>Throws with a clear sentence when the configured file cannot be used.</summary>
    public CertificateSource(EdgeOptions options, EdgeLog log, TimeProvider time)
    {
        _options = options;
        _log = log;
        _time = time;
        try
        {
            _certificate = Load();
        }
        catch (Exception error) when (IsOfFile(error))
        {
            var path = _options.CertificatePath.Length == 0 ? SelfMadePath : _options.CertificatePath;
            throw new InvalidOperationException($"The TLS certificate in {path} cannot be used: {error.Message}", error);
        }

        Tls = BuildOptions();
        WarnOfItsEnd();
    }

    /// <summary>How sessions are made from now on.</summary>
    public SslServerAuthenticationOptions Tls { get; private set; }

    /// <summary>SHA-256 of the certificate, in hex.</summary>
    public string Fingerprint => _certificate.GetCertHashString(HashAlgorithmName.SHA256);

    public int DaysLeft => (int)(_certificate.NotAfter.ToUniversalTime() - _time.GetUtcNow().UtcDateTime).TotalDays;

    /// <summary>
    /// Takes a changed file into use, or makes a self-made certificate anew in time; what cannot be used leaves the old certificate
    /// in use. Warns once a day of one that ends soon.
    /// </summary>
    public void Refresh()
    {
        if (_options.CertificatePath.Length == 0 ? DaysLeft < RenewalDays : WhenWritten() != _written)
        {
            Renew();
        }

        WarnOfItsEnd();
    }

    private void Renew()
    {
        try
        {
            _certificate = Load();
            Tls = BuildOptions();
        }
        catch (Exception error) when (IsOfFile(error))
        {
            _log.CertificateUnusable(error);
        }
    }

    private void WarnOfItsEnd()
    {
        var days = DaysLeft;
        if (days < RenewalDays && days != _daysWarnedOf)
        {
            _daysWarnedOf = days;
            _log.CertificateExpiring(days);
        }
    }

    // An ArgumentException is a key that belongs to another certificate.
    private static bool IsOfFile(Exception error) =>
        error is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException;

    private string? SelfMadePath => _options.DataFolder.Length == 0 ? null : Path.Combine(_options.DataFolder, SelfMadeFile);

    private string KeyPath => _options.CertificateKeyPath.Length == 0 ? _options.CertificatePath : _options.CertificateKeyPath;

    // Two files are seldom replaced in the same moment: what fails between the two is tried again when the other one has changed.
    private (DateTime Certificate, DateTime Key) WhenWritten() =>
        (File.GetLastWriteTimeUtc(_options.CertificatePath), File.GetLastWriteTimeUtc(KeyPath));

    // With the certificates between ours and the root, which clients do not have.
    private SslServerAuthenticationOptions BuildOptions() => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(_certificate, _chain, offline: true),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        AllowRenegotiation = false,
    };

    private X509Certificate2 Load() => _options.CertificatePath.Length == 0 ? LoadOrMakeOwn() : LoadFile();

    private X509Certificate2 LoadFile()
    {
        var path = _options.CertificatePath;
        _written = WhenWritten();
        var password = _options.CertificatePassword;
        var chain = new X509Certificate2Collection();
        X509Certificate2 certificate;
        if (X509Certificate2.GetCertContentType(path) != X509ContentType.Cert)
        {
            certificate = X509CertificateLoader.LoadPkcs12FromFile(path, password);
            chain.AddRange(X509CertificateLoader.LoadPkcs12CollectionFromFile(path, password));
        }
        else
        {
            using var pem = password.Length == 0
                ? X509Certificate2.CreateFromPemFile(path, KeyPath)
                : X509Certificate2.CreateFromEncryptedPemFile(path, password, KeyPath);
            certificate = Reimport(pem);
            chain.ImportFromPemFile(path);
        }

        _chain.Clear();
        _chain.AddRange(chain);
        return certificate;
    }

    private X509Certificate2 LoadOrMakeOwn()
    {
        var path = SelfMadePath;
        if (path is not null && File.Exists(path))
        {
            var kept = X509CertificateLoader.LoadPkcs12FromFile(path, password: null);
            if (kept.NotAfter.ToUniversalTime() > _time.GetUtcNow().UtcDateTime.AddDays(RenewalDays))
            {
                return kept;
            }
        }

        using var made = MakeOwn(_time.GetUtcNow());
        if (path is not null)
        {
            Keep(made, path);
        }

        _log.SelfMadeCertificate(made.GetCertHashString(HashAlgorithmName.SHA256));
        return Reimport(made);
    }

    private static X509Certificate2 MakeOwn(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        return request.CreateSelfSigned(now.AddDays(-1), now + SelfMadeLifetime);
    }

    // Only its owner may read the key, from the first byte on.
    private static void Keep(X509Certificate2 certificate, string path)
    {
        _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(certificate.Export(X509ContentType.Pfx));
    }

    // Some platforms cannot serve TLS with a key that was never in a store.
    private static X509Certificate2 Reimport(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
}
