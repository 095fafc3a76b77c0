import fc from "fast-check";
import { defaultMetadataNames, metadataGroups, metadataName } from "../../inventory/metadata-names";
import { classify } from "../../routing/asked";
import { NamePatterns } from "../../routing/name-patterns";
import { runs } from "../property-runs";

/** What a path on a host of files asks for. */
function classOf(name: string, metadata?: { add: string[]; remove: string[] }): string {
  const served = { serves: ["files"], ...(metadata && { metadata }) } as const;
  return classify({ method: "GET", target: `/a/v1/${name}`, served }).asked.class;
}

/** Names of published files, by project. */
const vouching: Readonly<Record<string, readonly string[]>> = {
  "a file's checksum": [
    ...["kubectl.sha256", "kubectl.SHA512", "a.md5", "a.sha1", "a.sha224", "a.sha384", "a.sha3-256", "a.b3", "a.b2"],
    ...["a.tar.gz.sha256sum", "a.tar.gz.sha512sum.txt", "a.sha256.txt", "a.zip.md5.txt", "a.blake2b", "a.blake3"],
    ...["a.rmd160", "a.iso.DIGESTS", "a.CHECKSUM", "a-sha256.txt", "a_sha512.txt", "a.tar.xz.whirlpool", "a.b2sum"],
    ...["a.sfv", "a.sha", "a.digest", "a.hash", "a.checksum.txt"],
  ],
  "many files' checksums": [
    ...["SHA256SUMS", "SHA512SUMS", "MD5SUMS", "SHA1SUMS", "B2SUMS", "SHASUMS256.txt", "SHASUMS.txt", "SHA256SUMS.txt"],
    ...["sha256sum.txt", "sha256sum-amd64.txt", "sha256sums-linux.txt", "md5sum.txt", "MD5SUM", "checksums.txt"],
    ...["checksums_sha256.txt", "tool_1.0_checksums.txt", "tool_1.0_checksums_sha256.txt", "tool-1.0-checksums.txt"],
    ...["terraform_1.9.0_SHA256SUMS", "checksum.txt", "checksums.json", "SHA256", "SHA512", "MD5", "sha256.txt"],
    ...["CHECKSUM", "CHECKSUMS", "Fedora-Server-40-1.14-x86_64-CHECKSUM", "digests.txt", "hashes.txt", "hashes.json"],
    ...["CHECKSUM.SHA256-FreeBSD-14.1-RELEASE-amd64", "CHECKSUM.SHA512-FreeBSD-14.1-RELEASE-amd64", "go.sum"],
  ],
  "a checksum in a rarer spelling": [
    ...["SHA256SUMS-amd64", "SHA256SUMS.old", "SHA256SUMS.gz", "SHA512SUM-amd64", "tool_1.0_SHA256SUMS_linux"],
    ...["sha256-amd64.txt", "sha512_linux.txt", "a.sha512.base64", "a.sha256.json", "a.crc32c", "a.xxh64", "a.tth"],
  ],
  "a signature": [
    ...["SIGNATURES", "a.signatures", "signatures.json", "a.sshsig", "a.ssh-sig", "a.jwt", "a.tst"],
    ...["a.sig.sha256", "a.sig.base64", "a.sha256.asc", "a.asc.md5", "a.in-toto", "allowed_signers", "allowedSigners"],
    ...["a.asc", "a.sig", "a.sign", "a.gpg", "Release.gpg", "repomd.xml.asc", "a.minisig", "a.p7s", "a.p7b", "a.p7m"],
    ...["SHA256.sig", "SHA256SUMS.asc", "a.signature", "a.tsr", "a.ots", "a.rpm.asc", "core.db.sig", "a.dsc", "a.cms"],
    ...["linux-6.9.tar.sign", "hello_2.10-3_amd64.changes", "hello_2.10-3_amd64.buildinfo", "formula.jws.json"],
  ],
  "an attestation": [
    ...["a.bundle", "a.sigstore", "a.sigstore.json", "a.att", "a.prov", "a.intoto.jsonl", "multiple.intoto.jsonl"],
    ...["provenance.json", "a.provenance.json", "provenance.jsonl", "a.provenance", "attestation.json", "a.dsse.json"],
    ...["attestations.jsonl", "a.attestation", "a.slsa.json", "root.layout", "build.776a00e2.link", "a.cosign.bundle"],
    ...[
      "sbom.json",
      "bom.json",
      "bom.xml",
      "a.sbom",
      "a.sbom.json",
      "a.spdx",
      "a.spdx.json",
      "a.cdx.json",
      "a.vex.json",
    ],
  ],
  "a key or a certificate": [
    ...[
      "Release.key",
      "repomd.xml.key",
      "KEYS",
      "KEYS.txt",
      "cosign.pub",
      "a.rsa.pub",
      "minisign.pub",
      "archive.keyring",
    ],
    ...["debian-archive-keyring.gpg", "RPM-GPG-KEY-fedora", "RPM-GPG-KEY-CentOS-7", "DEB-GPG-KEY-a", "gpg", "gpg.key"],
    ...[
      "pubring.kbx",
      "ca.pem",
      "ca.crt",
      "ca.cer",
      "ca.der",
      "a.cert",
      "revoked.crl",
      "trustdb.gpg",
      "signing-key.txt",
    ],
    ...[
      "public-key.txt",
      "pubkey.txt",
      "pgp-keys.txt",
      "jwks.json",
      "a.jwk",
      "apt-key",
      "archive-key-12.asc",
      "pub.key",
    ],
    ...["keyring", "a-keyring", "a.pubkey", "a.ocsp", "signing_config.json", "known_hosts", "openid-configuration"],
    ...["trusted_root.json", "pgp-public.keys", "GPG-KEY-elasticsearch", "signing_key.pub"],
  ],
  "a role of TUF": [
    ...["root.json", "1.root.json", "timestamp.json", "snapshot.json", "12.snapshot.json", "targets.json"],
    "3.targets.json",
  ],
  "a repository's index": [
    ...["Commands-amd64", "Commands-amd64.xz", "modules.yaml.gz", "prestodelta.xml.gz", "extra.links.tar.gz"],
    ...["FILELIST", "fullfiletimelist-fedora", "entry.json", "patch_instructions.json", "run_exports.json.zst"],
    ...["a-1.0.module", "rails-7.gemspec.rz", "binary-cache-url", "git-revision", "nixexprs.tar.xz", "data.pkg"],
    ...["terraform.json", "meta-release-lts", "images.json", "site.xml", "content.xml.xz", "addons_list.xml"],
    ...["repository.xml", "catalog.yml", "mirrorlist.txt", "a.mirrorlist", "metalink.xml", "mirrors", "map.json"],
    ...[
      "InRelease",
      "Release",
      "Packages",
      "Packages.gz",
      "Packages.xz",
      "Sources",
      "Sources.zst",
      "Contents-amd64.gz",
    ],
    ...["Translation-en.bz2", "repomd.xml", "primary.xml.gz", "filelists.xml.zst", "updateinfo.xml.gz", "comps.xml"],
    ...["core.db", "core.db.tar.gz", "extra.files", "APKINDEX.tar.gz", "index.yaml", "index.json", "index.html"],
    ...["repodata.json", "repodata.json.zst", "current_repodata.json", "maven-metadata.xml", "@latest", "%40latest"],
    ...[
      "formula.json",
      "cask.json",
      "channel-rust-stable.toml",
      "release-stable.toml",
      "packages.json",
      "specs.4.8.gz",
    ],
    ...["02packages.details.txt.gz", "index-v2.json", "entry.jar", "a.narinfo", "nix-cache-info", ".treeinfo"],
    ...["summary", "ls-lR.gz", "Packages.manifest", "source2.msix", "a.installer.yaml", "config.json", "index.tab"],
  ],
  locations: [
    ...["docker-ce.repo", "a.list", "debian.sources", "flathub.flatpakrepo", "a.flatpakref", "a.torrent", "a.metalink"],
    ...["a.meta4", "a.AppImage.zsync", "a.jigdo", "mirrors.txt"],
  ],
  "the newest version": [
    ...["dev-app-update.yml", "assets.win.json", "atom.xml", "rss.xml"],
    ...[
      "stable.txt",
      "stable-1.34.txt",
      "latest.txt",
      "latest-1.34.txt",
      "k8s-master.txt",
      "stable",
      "latest",
      "current",
    ],
    ...[
      "VERSION",
      "version.txt",
      "version.json",
      "versions.json",
      "LATEST_RELEASE",
      "LATEST_RELEASE_114",
      "LAST_CHANGE",
    ],
    ...["latest.json", "latest.yml", "latest-mac.yml", "latest-linux-arm64.yml", "beta.yml", "appcast.xml", "RELEASES"],
    ...[
      "a-appcast.xml",
      "releases.json",
      "releases.win.json",
      "update.json",
      "updates.xml",
      "channels.json",
      "nightly",
    ],
    ...[
      "manifest.json",
      "release.json",
      "current.json",
      "tool-latest",
      "LATEST-IS-6.9",
      "channel.yaml",
      "a-version.txt",
    ],
    // An archive, too: the checksum from the origin belongs to the newest version.
    ...["latest.tar.gz", "wordpress-latest.zip", "nightly.tar.xz"],
  ],
  "a script that is run unchecked": [
    ...["installer", "installer.php", "composer-setup.php", "setup", "bootstrap", "uninstall", "install.fish"],
    ...[
      "install.sh",
      "get.sh",
      "get-docker.sh",
      "rustup-init.sh",
      "setup.sh",
      "bootstrap.sh",
      "install.ps1",
      "install",
    ],
    ...["get-helm-3", "get-pip.py", "install-poetry.py", "script.deb.sh", "setup_20.x", "install.cmd"],
  ],
};

describe("what vouches for others, or changes under one name", () => {
  test.each(Object.entries(vouching).flatMap(([what, names]) => names.map((name) => [name, what])))(
    "%s is %s",
    (name) => {
      expect(classOf(name)).toBe("metadata");
      expect(classOf(name.toUpperCase())).toBe("metadata");
    },
  );
});

describe("files with a version in the name, whose checksum is in another file", () => {
  test.each([
    ...["kubectl", "kubectl.exe", "kubectl-convert", "kubeadm", "tool", "tool.tar.gz", "tool.tgz", "tool-1.0.tar.xz"],
    ...[
      "tool.tar.zst",
      "tool.zip",
      "tool.7z",
      "tool.iso",
      "tool.img",
      "tool.qcow2",
      "tool.msi",
      "tool.dmg",
      "tool.pkg",
    ],
    ...["tool_1.0_amd64.deb", "tool-1.0-1.x86_64.rpm", "tool-1.0-r0.apk", "tool-1.0-1-x86_64.pkg.tar.zst", "tool.jar"],
    ...["tool-1.0-py3-none-any.whl", "tool-1.0.gem", "tool-1.0.crate", "tool-1.0.pom", "tool-1.0.nupkg", "a.AppImage"],
    ...["debian-archive-keyring_2023.3_all.deb", "archlinux-keyring-20240609-1-any.pkg.tar.zst", "keystone.deb"],
    ...["keyboard.txt", "keymap.json", "monkey.tar.gz", "monkey.txt", "turkey.json", "keynote.pdf", "hotkeys.md"],
    ...[
      "sha256-simd.tar.gz",
      "sha256sum-1.0.tar.gz",
      "md5deep-4.4.tar.gz",
      "b3sum-1.5.tar.gz",
      "shaman",
      "sharutils.deb",
    ],
    ...[
      "checksum-tool",
      "checksum-tool-1.0.tar.gz",
      "signature",
      "signature-pad.js",
      "signature.js",
      "signal-desktop.deb",
      "design.pdf",
    ],
    ...["keys-1.2.tar.gz", "latest-tool_1.0_amd64.deb", "checksum-lib-1.0.zip", "versions-maven-plugin-2.0.jar"],
    ...["bootstrap-5.3.zip", "bootstrap.min.css", "commands-1.0.zip", "mirrors-1.0.tgz", "signatures-1.0.jar"],
    ...["sha256-1.0.crate", "md5.js", "checksum.js", "xxhash-0.8.tar.gz", "assets.zip", "module-1.0.tar.gz"],
    ...["release.tar", "release-notes.pdf", "release-notes.md", "README", "README.md", "CHANGELOG.md", "notes.txt"],
    ...["packages-1.0.zip", "sources.tar.gz", "publication.pdf", "publish.js", "pubsub.tar.gz", "public.zip"],
    ...[
      "unstable.txt",
      "conversion.txt",
      "versioning.md",
      "subversion-1.14.tar.bz2",
      "installer.exe",
      "install-guide.pdf",
    ],
    ...[
      "installer-1.0.exe",
      "getting-started.pdf",
      "get-tool-1.0.tar.gz",
      "setup.exe",
      "setup-1.0.exe",
      "latest-news.tar.gz",
    ],
    ...[
      "stable-diffusion-1.5.tar.gz",
      "current-sensor-2.0.zip",
      "certbot-2.0.tar.gz",
      "pem-tools.zip",
      "rootfs.tar.gz",
    ],
    ...[
      "root",
      "targets",
      "timestamps.csv",
      "provenance-paper.pdf",
      "appcast.png",
      "index-1.0.tar.gz",
      "listing-1.0.zip",
    ],
    ...[
      "ascii.txt",
      "signing-tool.jar",
      "gpg-2.4.tar.bz2",
      "gnupg-2.4.5.tar.bz2",
      "openssl-3.3.tar.gz",
      "bundler-2.5.gem",
    ],
    ...["vmlinuz", "initrd.img", "a.sha256.zip", "a.pub.tar.gz", "data.csv", "photo.png", "a.js", "a.css", "video.mp4"],
    // Named by the hash of their content, which verifies them.
    ...["0a1b2c-primary.sqlite", "da86e6ba6ca197bf6bc5e9d900febd906b133eaa4750e6bed647b0fbe50ed43e"],
  ])("%s is an ordinary file", (name) => {
    expect(classOf(name)).toBe("file");
  });
});

describe("a host's own list", () => {
  test("adds names, in any case", () => {
    const metadata = { add: ["*.Catalog", "rules-*.json", "motd"], remove: [] };
    for (const name of ["a.catalog", "A.CATALOG", "rules-1.json", "MOTD", "a.sha256"]) {
      expect([name, classOf(name, metadata)]).toEqual([name, "metadata"]);
    }
    for (const name of ["a.catalogue", "rules.json", "motd.txt"]) {
      expect([name, classOf(name, metadata)]).toEqual([name, "file"]);
    }
  });

  test("removes names", () => {
    const metadata = { add: [], remove: ["*.sh", "KEYS"] };
    expect(classOf("install.sh", metadata)).toBe("file");
    expect(classOf("keys", metadata)).toBe("file");
    expect(classOf("KEYS.txt", metadata)).toBe("metadata");
  });

  test("applies only to that host", () => {
    expect(classOf("install.sh", { add: ["kubectl"], remove: ["*.sh"] })).toBe("file");
    expect(classOf("install.sh")).toBe("metadata");
    expect(classOf("kubectl")).toBe("file");
  });
});

test("the default list has valid, lower-case, unique patterns", () => {
  expect(defaultMetadataNames.filter((name) => !metadataName.test(name) || name !== name.toLowerCase())).toEqual([]);
  const written = metadataGroups.flatMap(({ names }) => names);
  expect(written.filter((name, index) => written.indexOf(name) !== index)).toEqual([]);
});

test("no entry of the default list is covered by another", () => {
  const idle = defaultMetadataNames.filter((name) => {
    const others = new NamePatterns(defaultMetadataNames.filter((other) => other !== name));
    return ["", "xx", ".1-"].every((text) => others.matches(name.replaceAll("*", text)));
  });
  expect(idle).toEqual([]);
});

const letters = fc.string({ unit: fc.constantFrom("a", "b", ".", "A"), maxLength: 6 });
const pattern = fc
  .string({ unit: fc.constantFrom("a", "b", ".", "*", "B"), minLength: 1, maxLength: 6 })
  .filter((text) => metadataName.test(text));

test("patterns match the same names as equivalent regular expressions", () => {
  fc.assert(
    fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), letters, (patterns, name) => {
      const sources = patterns.map((each) => each.replaceAll(".", "\\.").replaceAll("*", ".*"));
      const expected = new RegExp(`^(?:${sources.join("|")})$`, "i").test(name);
      expect(new NamePatterns(patterns).matches(name.toLowerCase())).toBe(expected);
    }),
    runs(500),
  );
});

test.each(["", "*", "**", "a**b", "*a*b*", "a/b", "a b", "a?", "[ab]", "{a}", "a+", "é", "a\nb"])(
  "%j is not a pattern",
  (text) => {
    expect(metadataName.test(text)).toBe(false);
  },
);

test.each(["a", "*.a", "a*", "a*b", "*a*b", "a*b*c", "*a*", ".a_b~c-1"])("%j is a pattern", (text) => {
  expect(metadataName.test(text)).toBe(true);
});
